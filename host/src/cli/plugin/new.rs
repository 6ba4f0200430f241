//! `stellwerk plugin new`: a project of its own, anywhere, that builds and tests
//! at once.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::sdk;
use super::templates;
use crate::cli::{CliError, Console, Exit};
use crate::policy::Kind;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Name of the plugin, such as matching-nearest
    #[arg(value_parser = name)]
    name: String,
    /// What it decides: qualification, matching, escalation or compensation
    #[arg(long, value_parser = kind)]
    kind: Kind,
    /// Where to make it [default: a folder of the plugin's name]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        format!("no such kind; there are {known}")
    })
}

/// A name is that of a folder, a package and a plugin.
fn name(text: &str) -> Result<String, String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(letters)
        && !text.ends_with('-')
        && text.len() <= 64;
    match good {
        true => Ok(text.to_owned()),
        false => Err("use small letters, digits and hyphens, such as matching-nearest".into()),
    }
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let folder = arguments
        .dir
        .unwrap_or_else(|| PathBuf::from(&arguments.name));
    let occupied = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(CliError::document(&folder, "is there already"));
    }
    for (file, text) in templates::files(arguments.kind, &arguments.name) {
        write(&folder.join(file), &text)?;
    }
    for (file, text) in sdk::files()? {
        write(&folder.join(file), &text)?;
    }
    console.result(&Made {
        folder,
        name: arguments.name,
        kind: arguments.kind,
    })?;
    Ok(Exit::Done)
}

fn write(file: &Path, text: &str) -> Result<(), CliError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, text))
        .map_err(|error| CliError::file(file, error))
}

#[derive(Debug, Serialize)]
struct Made {
    folder: PathBuf,
    name: String,
    kind: Kind,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        writeln!(f, "made {folder} for a policy of kind {}; next:", self.kind)?;
        writeln!(f, "  cd {folder}")?;
        writeln!(f, "  cargo test")?;
        writeln!(f, "  stellwerk plugin build")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_folder_package_and_plugin() {
        assert!(name("matching-nearest2").is_ok());
        for bad in ["", "Matching", "2nd", "a/b", "../a", "a-", "a b", "ä"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}
