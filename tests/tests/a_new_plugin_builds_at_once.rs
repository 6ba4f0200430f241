//! What an author of policies does first: a new project, its tests, a component,
//! a question.
//!
//! Compiling to WebAssembly may have to download a toolchain, which a test run
//! must not do unasked: that half runs where STELLWERK_TOOLCHAIN names the way,
//! as `.ci/run` does.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use stellwerk_tests::{Database, Server, contract, partner_code};

const KINDS: [&str; 4] = ["qualification", "matching", "escalation", "compensation"];

/// Compiled dependencies stay there from run to run.
const TARGET_FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/new-plugins");

#[test]
fn a_new_plugin_of_each_kind_tests_and_builds_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let name = format!("my-{kind}");
        let project = folder.path().join(&name);
        stellwerk(folder.path(), ["plugin", "new", &name, "--kind", kind]);
        let output = succeed(
            Command::new(env!("CARGO"))
                .args(["test", "--offline"])
                .env("CARGO_TARGET_DIR", TARGET_FOLDER)
                .current_dir(&project),
        );
        assert!(
            output.contains("the_golden_example_comes_out ... ok"),
            "{output}"
        );
        match std::env::var("STELLWERK_TOOLCHAIN") {
            Ok(_) => builds_and_answers(&project, kind),
            Err(_) => eprintln!("not compiled to WebAssembly: STELLWERK_TOOLCHAIN is not set"),
        }
    }
}

fn builds_and_answers(project: &Path, kind: &str) {
    let json = |arguments: &[&str]| -> Value {
        let output = stellwerk(project, arguments.iter().chain(&["--output", "json"]));
        serde_json::from_str(&output).unwrap()
    };
    let built = json(&["plugin", "build", "--out", "policy.wasm"]);
    assert_eq!(built["kind"], kind);

    let checked = json(&[
        "plugin",
        "check",
        "policy.wasm",
        "--config",
        "configuration.json",
    ]);
    assert_eq!(checked["digest"], built["digest"]);
    assert_eq!(checked["golden-examples"], 1);

    let ran = json(&[
        "plugin",
        "run",
        "policy.wasm",
        "--config",
        "configuration.json",
        "--input",
        "input.json",
    ]);
    assert_eq!(ran["outcome"], "ok");
    assert!(ran["fuel"]["used"].as_u64() < ran["fuel"]["limit"].as_u64());
}

#[test]
fn a_plugin_changed_by_one_line_routes_the_next_lead() {
    if std::env::var_os("STELLWERK_TOOLCHAIN").is_none() {
        eprintln!("not compiled to WebAssembly: STELLWERK_TOOLCHAIN is not set");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    stellwerk(
        folder.path(),
        ["plugin", "new", "mine", "--kind", "matching"],
    );
    let project = folder.path().join("mine");
    let source = project.join("src/policy.rs");
    let code = fs::read_to_string(&source).unwrap();
    assert!(code.contains("wave_size: 3,"));
    fs::write(&source, code.replace("wave_size: 3,", "wave_size: 1,")).unwrap();
    stellwerk(&project, ["plugin", "build", "--out", "mine.wasm"]);

    let component = project.join("mine.wasm");
    let shipped = "plugin = \"matching-weighted\"\nconfiguration = { waves = { first = 3 } }";
    let contract = contract(4, 3);
    assert!(contract.contains(shipped));
    let bound = contract.replace(shipped, &format!("plugin = {component:?}"));
    let database = Database::Sqlite(folder.path().join("data"));
    let server = Server::start(&program().display().to_string(), database, &bound);
    let lead = json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": "eva@example.com" },
    });
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let asked = (1..=4)
        .map(|number| server.partner(&partner_code(number)).get("/api/v1/offers"))
        .filter(|offers| {
            offers.body["offers"]
                .as_array()
                .is_some_and(|list| !list.is_empty())
        })
        .count();
    assert_eq!(asked, 1);
}

#[test]
fn a_project_is_never_written_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let new = ["plugin", "new", "mine", "--kind", "matching"];
    stellwerk(folder.path(), new);
    let again = Command::new(program())
        .args(new)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(3));
    assert_eq!(
        String::from_utf8_lossy(&again.stderr),
        "error: mine: is there already\n"
    );
}

fn program() -> PathBuf {
    crate::STELLWERK.into()
}

/// Runs the program to a good end and gives what it has printed.
fn stellwerk<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> String {
    succeed(
        Command::new(program())
            .args(arguments)
            .env("CARGO_TARGET_DIR", TARGET_FOLDER)
            .current_dir(folder),
    )
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}\n{stdout}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}
