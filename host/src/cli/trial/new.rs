//! `stellwerk trial new`: a folder to fill in.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::{CliError, Console, Exit};

/// What is written, by its path in the folder.
const FILES: [(&str, &str); 6] = [
    ("trial.toml", include_str!("templates/trial.toml")),
    ("contract.toml", include_str!("templates/contract.toml")),
    ("leads.toml", include_str!("templates/leads.toml")),
    ("measures.toml", include_str!("templates/measures.toml")),
    (
        "plans/bonus-malus.toml",
        include_str!("templates/plans/bonus-malus.toml"),
    ),
    (
        "plans/care-first.toml",
        include_str!("templates/plans/care-first.toml"),
    ),
];

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to make it: a new folder, or an empty one
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let folder = &arguments.folder;
    let is_occupied = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if is_occupied {
        return Err(CliError::document(
            folder,
            "is there already, and not empty",
        ));
    }
    for (name, text) in FILES {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| CliError::file(&file, error))?;
    }
    console.result(&Made {
        folder: folder.clone(),
        files: FILES.map(|(name, _)| name).to_vec(),
    })?;
    Ok(Exit::Done)
}

#[derive(Debug, Serialize)]
struct Made {
    folder: PathBuf,
    files: Vec<&'static str>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        writeln!(f, "made {folder} with {}; next:", self.files.join(", "))?;
        writeln!(
            f,
            "  put leads.csv into {folder}, and measures.csv if you have one"
        )?;
        writeln!(f, "  say in leads.toml which column is what")?;
        writeln!(
            f,
            "  write into contract.toml who is paid, and by what today"
        )?;
        write!(f, "  stellwerk trial run {folder}")
    }
}
