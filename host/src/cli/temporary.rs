//! Folders that go with the process, and folders that stay.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::CliError;

/// Names that are tried.
const TRIES_MAX: u32 = 100;

/// A folder that goes with the process.
pub struct Temporary(PathBuf);

impl Temporary {
    /// An empty folder.
    pub fn make(what_for: &str) -> Result<Self, CliError> {
        lasting(what_for).map(Self)
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }
}

/// An empty folder among the machine's temporary ones that is left there. One of that name
/// may have been left by another process: then the next name is taken.
pub fn lasting(what_for: &str) -> Result<PathBuf, CliError> {
    let mut tries = 0;
    loop {
        let name = format!("stellwerk-{what_for}-{}-{tries}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < TRIES_MAX => {
                tries += 1;
            }
            Err(error) => return Err(CliError::file(&folder, error)),
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans the machine's folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
