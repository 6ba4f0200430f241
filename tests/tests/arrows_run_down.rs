//! The parts know each other in one direction only, as ARCHITECTURE.md says.

use std::path::Path;

/// What a part may name, besides itself.
const MAY_KNOW: [(&str, &[&str]); 25] = [
    ("domain", &[]),
    ("private", &[]),
    ("memory", &[]),
    ("metrics", &[]),
    ("outgoing", &[]),
    ("clock", &["domain"]),
    ("telemetry", &["outgoing"]),
    ("store", &["domain", "private", "metrics", "telemetry"]),
    ("policy", &["domain", "private", "metrics"]),
    (
        "host",
        &[
            "domain",
            "store",
            "policy",
            "clock",
            "memory",
            "metrics",
            "telemetry",
        ],
    ),
    ("routing", &["domain", "store", "policy", "host"]),
    (
        "persons",
        &[
            "domain",
            "store",
            "host",
            "routing",
            "contracts",
            "proof",
            "metrics",
        ],
    ),
    ("access", &["domain", "store"]),
    (
        "contracts",
        &["domain", "store", "policy", "host", "access", "metrics"],
    ),
    ("apply", &["domain", "host", "contracts"]),
    (
        "import",
        &["domain", "store", "host", "routing", "contracts"],
    ),
    ("pay", &["domain", "store", "policy", "host"]),
    ("statement", &["domain", "store", "policy", "host", "pay"]),
    (
        "trial",
        &[
            "domain",
            "store",
            "policy",
            "clock",
            "host",
            "contracts",
            "apply",
            "import",
            "pay",
            "statement",
            "worker",
            "metrics",
        ],
    ),
    (
        "proof",
        &[
            "domain",
            "store",
            "policy",
            "host",
            "access",
            "contracts",
            "metrics",
        ],
    ),
    (
        "worker",
        &[
            "domain",
            "store",
            "host",
            "clock",
            "routing",
            "pay",
            "persons",
            "contracts",
            "metrics",
            "proof",
        ],
    ),
    (
        "folder",
        &["domain", "store", "policy", "host", "contracts"],
    ),
    (
        "demo",
        &[
            "domain",
            "store",
            "policy",
            "host",
            "clock",
            "routing",
            "contracts",
            "apply",
            "pay",
            "worker",
            "statement",
            "proof",
            "trial",
        ],
    ),
    (
        "config",
        &["domain", "http", "policy", "store", "telemetry", "worker"],
    ),
    (
        "http",
        &[
            "domain",
            "store",
            "policy",
            "host",
            "routing",
            "pay",
            "contracts",
            "apply",
            "import",
            "persons",
            "access",
            "metrics",
            "telemetry",
            "trial",
            "proof",
            "statement",
        ],
    ),
];
/// They put everything together.
const KNOW_ALL: [&str; 4] = ["cli", "lib", "main", "testing"];
/// Crates that some places alone may name.
const OWNED: [(&str, &[&str]); 10] = [
    ("ring::signature", &["proof/"]),
    ("sqlx", &["store/"]),
    ("wasmtime", &["policy/engine/"]),
    ("axum", &["http/"]),
    ("hyper", &["http/"]),
    ("governor", &["http/"]),
    ("notify", &["folder/"]),
    ("ureq", &["cli/", "telemetry/", "outgoing.rs"]),
    ("metrics_exporter_prometheus", &["metrics/"]),
    ("opentelemetry", &["telemetry/"]),
];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder of the sources")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            found.push((path.display().to_string(), code(&text)));
        }
    }
}

/// Without comments, and without tests at the end of a file.
fn code(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn no_part_knows_one_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (part, may_know) in MAY_KNOW {
        let mut found = Vec::new();
        // A part is a folder, a file, or both.
        if root.join(part).is_dir() {
            sources(&root.join(part), &mut found);
        }
        let file = root.join(format!("{part}.rs"));
        if let Ok(text) = std::fs::read_to_string(&file) {
            found.push((file.display().to_string(), code(&text)));
        }
        assert!(!found.is_empty(), "{part} is nowhere");
        for (path, text) in found {
            if path.ends_with("/tests.rs") || path.contains("/tests/") {
                continue;
            }
            for piece in text.split("crate::").skip(1) {
                let name: String = piece
                    .chars()
                    .take_while(|character| character.is_alphanumeric() || *character == '_')
                    .collect();
                if !name.is_empty() && name != part && !may_know.contains(&name.as_str()) {
                    wrong.push(format!("{path} knows {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_part_has_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(&root).expect("the sources").flatten() {
        let path = entry.path();
        let part = path.file_stem().expect("a name").to_string_lossy();
        let has_one = KNOW_ALL.contains(&&*part) || MAY_KNOW.iter().any(|(name, _)| *name == part);
        if !has_one {
            missing.push(part.into_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn some_crates_are_one_folders_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let mut wrong = Vec::new();
    for (path, text) in found {
        for (owned, owners) in OWNED {
            let named = text.contains(&format!("{owned}::"));
            let is_owner = |owner: &&str| path.contains(&format!("/src/{owner}"));
            let allowed = owners.iter().any(is_owner);
            if named && !allowed {
                wrong.push(format!("{path} names {owned}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
