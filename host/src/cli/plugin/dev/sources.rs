//! What a project is built from, compared by content: an editor that saves the
//! same again has changed nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cli::CliError;
use crate::domain::digest::sha256;

/// What cargo makes.
const MADE: &str = "target";
const FILES_MAX: usize = 20_000;

pub struct Sources {
    folder: PathBuf,
    configuration: Option<PathBuf>,
    looks: u64,
    known: BTreeMap<PathBuf, Known>,
}

/// A file as it was read last; it is read again when it looks otherwise.
#[derive(Clone)]
struct Known {
    modified: SystemTime,
    bytes: u64,
    digest: String,
}

impl Sources {
    /// Those of a project, and a configuration that may lie elsewhere.
    pub fn of(folder: &Path, configuration: Option<&Path>) -> Self {
        Self {
            folder: folder.to_owned(),
            configuration: configuration.map(Path::to_owned),
            looks: 0,
            known: BTreeMap::new(),
        }
    }

    /// How often they were looked at.
    pub fn looks(&self) -> u64 {
        self.looks
    }

    /// When the last of them was saved.
    pub fn saved(&self) -> SystemTime {
        let saved = self.known.values().map(|file| file.modified).max();
        saved.unwrap_or_else(SystemTime::now)
    }

    /// SHA-256 over all of them, hexadecimal.
    pub fn digest(&mut self) -> Result<String, CliError> {
        let mut files = Vec::new();
        files_below(&self.folder, &mut files)?;
        files.extend(self.configuration.clone());
        let mut now = BTreeMap::new();
        for file in files {
            // A file that an editor has just taken away for a moment.
            let Ok(known) = look(&file, self.known.get(&file)) else {
                continue;
            };
            now.insert(file, known);
        }
        self.known = now;
        self.looks += 1;
        let lines: Vec<String> = self
            .known
            .iter()
            .map(|(file, known)| {
                let name = file.strip_prefix(&self.folder).unwrap_or(file);
                format!("{} {}", known.digest, name.display())
            })
            .collect();
        Ok(sha256(lines.join("\n").as_bytes()))
    }
}

fn look(file: &Path, known: Option<&Known>) -> std::io::Result<Known> {
    let found = fs::metadata(file)?;
    let (modified, bytes) = (found.modified()?, found.len());
    if let Some(known) = known.filter(|known| (known.modified, known.bytes) == (modified, bytes)) {
        return Ok(known.clone());
    }
    Ok(Known {
        modified,
        bytes,
        digest: sha256(&fs::read(file)?),
    })
}

/// All files below a folder, without those that are made, and those that begin with
/// a dot.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let entries = fs::read_dir(folder).map_err(|error| CliError::file(folder, error))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.ends_with('~') || name == MADE {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files)?;
        } else if path.extension().is_none_or(|ending| ending != "wasm") {
            files.push(path);
        }
        if files.len() > FILES_MAX {
            return Err(CliError::document(
                folder,
                format!(
                    "has more than {FILES_MAX} files, with what lies beside it: give the folder of the plugin alone"
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_compared_by_content() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src/policy.rs");
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(&source, "1").unwrap();
        let mut sources = Sources::of(folder.path(), None);
        let first = sources.digest().unwrap();
        for made in ["target", ".git"] {
            fs::create_dir(folder.path().join(made)).unwrap();
            fs::write(folder.path().join(made).join("x"), "x").unwrap();
        }
        fs::write(folder.path().join("own.wasm"), "made").unwrap();
        fs::write(folder.path().join("policy.rs~"), "an editor's").unwrap();
        assert_eq!(sources.digest().unwrap(), first);
        let later = SystemTime::now() + std::time::Duration::from_secs(9);
        let file = fs::File::options().write(true).open(&source).unwrap();
        file.set_modified(later).unwrap();
        assert_eq!(sources.digest().unwrap(), first);
        assert_eq!(sources.saved(), later);
        fs::write(&source, "2 now").unwrap();
        assert_ne!(sources.digest().unwrap(), first);
    }
}
