//! What lies in `tests/corpus`: a folder for each released version of the interface,
//! with its text, and components, each with what it was asked and has answered.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stellwerk::policy::Function;

/// A component's questions and answers, in the file beside it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Frozen {
    /// Name and version.
    pub plugin: String,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// Version of its kind's interface.
    pub interface: String,
    /// Fingerprint of the engine that counted the fuel; another may count otherwise.
    pub engine: String,
    pub bindings: Vec<Binding>,
    pub asked: Vec<Asked>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    pub configuration: Value,
    /// Complete and canonical, a JSON document.
    pub terms: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub about: String,
    pub function: Function,
    /// Position in `bindings`.
    pub binding: usize,
    /// `ok`, `not-applicable`, or the code of what went wrong.
    pub outcome: String,
    /// What the policy was told: canonical CBOR, hexadecimal. Likewise the answer,
    /// which is empty where something went wrong.
    pub question: String,
    pub answer: String,
    pub fuel: u64,
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn folder() -> PathBuf {
    repository().join("tests/corpus")
}

/// The folders of the released versions, the oldest name first.
pub fn releases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("tests/corpus");
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("wit").is_dir())
        .collect();
    found.sort();
    found
}

/// The components of a release.
pub fn components(release: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(release).expect("a release");
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{}", release.display());
    found
}

/// What a component was asked.
pub fn frozen(component: &Path) -> Frozen {
    let file = component.with_extension("json");
    let text = std::fs::read_to_string(&file);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let frozen = serde_json::from_str(&text);
    frozen.unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The last part of a path, without its ending where that is `wasm`.
pub fn name(path: &Path) -> String {
    let whole = path.file_name().unwrap_or_default().to_string_lossy();
    whole.trim_end_matches(".wasm").to_owned()
}
