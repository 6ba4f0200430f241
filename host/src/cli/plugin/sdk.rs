//! The SDK as a part of another project: its sources, those of the interface,
//! and the versions of what it depends on.

use crate::cli::CliError;

/// Path in the repository and content; listed by the build script.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sdk_files.rs"));

const MANIFEST: &str = "plugin-sdk/Cargo.toml";
const WORKSPACE: &str = "Cargo.toml";
/// Taken over, so that a new project is built with the versions that were tested
/// with the SDK; cargo leaves out what the project does not need.
const LOCK: &str = "Cargo.lock";

/// Paths in a project and what they hold.
pub fn files() -> Result<Vec<(String, String)>, CliError> {
    FILES
        .iter()
        .filter(|(path, _)| *path != WORKSPACE)
        .map(|(path, text)| match *path {
            LOCK => Ok((LOCK.to_owned(), (*text).to_owned())),
            MANIFEST => Ok((format!("sdk/{MANIFEST}"), manifest(text)?)),
            path => Ok((format!("sdk/{path}"), (*text).to_owned())),
        })
        .collect()
}

/// The SDK's manifest without the workspace that it was in, and without what
/// only its own tests need.
fn manifest(text: &str) -> Result<String, CliError> {
    let fault = |message: String| CliError::Fault(format!("{MANIFEST}: {message}"));
    let workspace = FILES
        .iter()
        .find(|(path, _)| *path == WORKSPACE)
        .map_or("", |(_, text)| text);
    let parse = |text: &str| text.parse().map_err(|error| fault(format!("{error}")));
    let workspace: toml::Table = parse(workspace)?;
    let mut manifest: toml::Table = parse(text)?;
    manifest.remove("dev-dependencies");
    for table in ["package", "dependencies"] {
        let source = workspace
            .get("workspace")
            .and_then(|workspace| workspace.get(table));
        let entries = manifest
            .get_mut(table)
            .and_then(toml::Value::as_table_mut)
            .ok_or_else(|| fault(format!("has no [{table}]")))?;
        for (name, entry) in entries.iter_mut() {
            if entry.get("workspace").is_some() {
                *entry = source
                    .and_then(|source| source.get(name))
                    .cloned()
                    .ok_or_else(|| fault(format!("{name} is nowhere in the workspace")))?;
            }
        }
    }
    toml::to_string(&manifest).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_stands_on_its_own() {
        let files = files().unwrap();
        let (_, manifest) = files
            .iter()
            .find(|(path, _)| path == "sdk/plugin-sdk/Cargo.toml")
            .unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
        assert!(!manifest.contains("proptest"), "{manifest}");
        for expected in [
            "Cargo.lock",
            "sdk/plugin-sdk/src/lib.rs",
            "sdk/wit/stellwerk.wit",
        ] {
            assert!(files.iter().any(|(path, _)| path == expected), "{expected}");
        }
        assert!(!files.iter().any(|(path, _)| path == "Cargo.toml"));
    }
}
