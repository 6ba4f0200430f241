//! The unit for systemd and the container file start the server as it is.

use std::path::Path;
use std::process::Command;

use crate::STELLWERK;
use serde_json::Value;
use stellwerk_tests::is_missing;

const UNIT: &str = include_str!("../../host/examples/stellwerk.service");
const CONTAINER: &str = include_str!("../../host/examples/Containerfile");
const WORKSPACE: &str = include_str!("../../Cargo.toml");
/// Where the binary is in both.
const INSTALLED: &str = "/usr/local/bin/stellwerk";
/// As systemd reckons it: 0 is locked up, 10 is open. In tenths.
const EXPOSURE_MAX: &str = "20";

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(STELLWERK).args(arguments).output();
    String::from_utf8(output.expect("the binary runs").stdout).expect("text")
}

/// Every setting as the server shows it.
fn settings() -> Vec<Value> {
    let shown = printed(&["config", "show", "--output", "json"]);
    let shown: Value = serde_json::from_str(&shown).expect("a document");
    shown["settings"].as_array().expect("settings").clone()
}

/// The lines of a file that begin with a word, without it.
fn lines<'a>(file: &'a str, word: &str) -> Vec<&'a str> {
    file.lines()
        .filter_map(|line| line.strip_prefix(word))
        .collect()
}

#[test]
fn the_unit_uses_flags_that_are_there_and_waits_long_enough() {
    let command = lines(UNIT, "ExecStart=")[0];
    assert!(
        command.starts_with(&format!("{INSTALLED} serve ")),
        "{command}"
    );
    let help = printed(&["serve", "--help"]);
    let flags: Vec<&str> = command
        .split(' ')
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(!flags.is_empty());
    for flag in flags {
        assert!(help.contains(&format!("{flag} <")), "{flag}");
    }
    // A start that fails is tried again without end.
    assert_eq!(lines(UNIT, "StartLimitIntervalSec="), ["0"]);
    let stop = settings()
        .into_iter()
        .find(|of| of["key"] == "http.stop-seconds-max");
    let stop = stop.expect("the setting")["value"]
        .as_u64()
        .expect("seconds");
    let waits: u64 = lines(UNIT, "TimeoutStopSec=")[0].parse().expect("seconds");
    assert!(waits > stop, "{waits} s of {stop} s");
}

#[test]
fn systemd_takes_the_unit_and_finds_it_locked_up() {
    let analyze = |arguments: &[&str], unit: &Path| {
        let mut command = Command::new("systemd-analyze");
        command.args(arguments).arg(unit).output()
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let unit = folder.path().join("stellwerk.service");
    std::fs::write(&unit, UNIT.replace(INSTALLED, STELLWERK)).expect("the unit");
    let threshold = format!("--threshold={EXPOSURE_MAX}");
    for arguments in [
        &["verify"][..],
        &["security", "--offline=true", "--no-pager", &threshold],
    ] {
        let Ok(output) = analyze(arguments, &unit) else {
            is_missing("systemd-analyze", "the unit is not verified");
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {table}{said}");
        assert!(!said.contains("Unknown"), "{said}");
    }
}

#[test]
fn the_container_holds_what_is_built_and_is_not_root() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let copied = lines(CONTAINER, "COPY ");
    let mut sources: Vec<&str> = Vec::new();
    for copy in &copied {
        match copy.strip_prefix("--from=build ") {
            Some(rest) => assert_eq!(rest, format!("/build/target/release/stellwerk {INSTALLED}")),
            None => {
                let mut words: Vec<&str> = copy.split(' ').collect();
                words.pop();
                sources.extend(words);
            }
        }
    }
    for source in &sources {
        assert!(root.join(source).exists(), "{source}");
    }
    // All members of the workspace, or cargo refuses it.
    for member in [
        "host",
        "plugin-sdk",
        "plugins",
        "tests",
        "wit",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        assert!(sources.contains(&member), "{member}");
    }
    let version = lines(WORKSPACE, "rust-version = \"")[0].trim_end_matches('"');
    let from = lines(CONTAINER, "FROM ");
    assert!(
        from[0].contains(&format!("/rust:{version}-")),
        "{}",
        from[0]
    );
    // What was linked against one Debian runs on the same one.
    assert!(from[0].contains("bookworm") && from[1].contains("bookworm"));
    let user: u32 = lines(CONTAINER, "USER ")[0].parse().expect("a number");
    assert!(user > 0);
    assert!(CONTAINER.contains(&format!("ENTRYPOINT [\"{INSTALLED}\"]")));
}

#[test]
fn the_containers_variables_are_settings_and_its_ports_are_taken() {
    let known: Vec<String> = settings()
        .iter()
        .filter_map(|setting| setting["variable"].as_str())
        .map(str::to_owned)
        .collect();
    let mut ports: Vec<&str> = Vec::new();
    let words = CONTAINER.split([' ', '\n', '\\']);
    let variables: Vec<(&str, &str)> = words
        .filter(|word| word.starts_with("STELLWERK_"))
        .filter_map(|word| word.split_once('='))
        .collect();
    assert_eq!(variables.len(), 3, "{variables:?}");
    let mut command = Command::new(STELLWERK);
    for (variable, value) in &variables {
        assert!(known.contains(&(*variable).to_owned()), "{variable}");
        command.env(variable, value);
        ports.extend(value.strip_prefix("0.0.0.0:"));
    }
    assert_eq!(lines(CONTAINER, "EXPOSE ")[0], ports.join(" "));
    let output = command
        .args(["config", "show"])
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{output:?}");
}
