//! What is recorded of the kept components.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::CliError;

const FILE: &str = "components.toml";
const HEADER: &str = "\
# Written by `stellwerk plugin ship`: the components beside this file, the sources
# they were built from, and by what.

";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Equal sources and an equal toolchain give equal bytes.
    pub toolchain: String,
    #[serde(default, rename = "component")]
    pub components: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: String,
    /// SHA-256 of the component, hexadecimal.
    pub component: String,
    /// SHA-256 over all that it is built from, hexadecimal.
    pub sources: String,
}

impl Record {
    /// The record in a folder; an empty one if there is none yet.
    pub fn read(folder: &Path) -> Result<Self, CliError> {
        let file = folder.join(FILE);
        match fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text).map_err(|error| CliError::document(&file, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(CliError::file(&file, error)),
        }
    }

    pub fn write(&self, folder: &Path) -> Result<(), CliError> {
        let file = folder.join(FILE);
        let text = toml::to_string(self)
            .map_err(|error| CliError::Fault(format!("cannot write {FILE}: {error}")))?;
        fs::write(&file, format!("{HEADER}{text}")).map_err(|error| CliError::file(&file, error))
    }

    /// Names whose component is another one in `other`, or is missing here.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        other
            .components
            .iter()
            .filter(|entry| {
                !self
                    .components
                    .iter()
                    .any(|kept| (&kept.name, &kept.component) == (&entry.name, &entry.component))
            })
            .map(|entry| entry.name.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(component: &str) -> Record {
        Record {
            toolchain: "rustc 1.96.0".into(),
            components: vec![Entry {
                name: "matching-weighted".into(),
                component: component.into(),
                sources: "5".into(),
            }],
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Record::read(folder.path()).unwrap(), Record::default());
        record("1").write(folder.path()).unwrap();
        assert_eq!(Record::read(folder.path()).unwrap(), record("1"));
    }

    #[test]
    fn another_component_differs() {
        assert!(record("1").differing(&record("1")).is_empty());
        assert_eq!(record("1").differing(&record("2")), ["matching-weighted"]);
        assert_eq!(
            Record::default().differing(&record("1")),
            ["matching-weighted"]
        );
    }
}
