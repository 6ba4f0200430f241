//! Folders that go with the process, and folders that stay.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::CliError;

/// Names that are tried.
const TRIES_MAX: u32 = 100;
/// Held locked by whoever the folder belongs to: the system unlocks it when they go,
/// however they go.
const OWNER_FILE: &str = ".owner";

/// A folder that goes with the process.
pub struct Temporary {
    folder: PathBuf,
    _owner: File,
}

impl Temporary {
    /// An empty folder, but for the file that says that somebody is there.
    pub fn make(what_for: &str) -> Result<Self, CliError> {
        let folder = lasting(what_for)?;
        let owner = own(&folder).map_err(|error| CliError::file(&folder, error))?;
        Ok(Self {
            folder,
            _owner: owner,
        })
    }

    /// Takes away what processes have left that were killed. Folders of those who are
    /// there stay, and so does what cannot be removed.
    pub fn sweep(what_for: &str) {
        let entries = fs::read_dir(std::env::temp_dir());
        for entry in entries.into_iter().flatten().flatten() {
            let is_meant = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(&prefix(what_for)));
            if is_meant && let Ok(owner) = File::open(entry.path().join(OWNER_FILE)) {
                let is_left = owner.try_lock().is_ok();
                if is_left {
                    let _ = fs::remove_dir_all(entry.path());
                }
            }
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// An empty folder among the machine's temporary ones that is left there. One of that name
/// may have been left by another process: then the next name is taken.
pub fn lasting(what_for: &str) -> Result<PathBuf, CliError> {
    let mut tries = 0;
    loop {
        let name = format!("{}{}-{tries}", prefix(what_for), std::process::id());
        let folder = std::env::temp_dir().join(name);
        match fs::create_dir(&folder) {
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
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// With what the names of such folders begin.
fn prefix(what_for: &str) -> String {
    format!("stellwerk-{what_for}-")
}

/// Says that somebody is there. The file has its name only once it is locked, so that
/// nobody finds it without its owner.
fn own(folder: &Path) -> io::Result<File> {
    let unlocked = folder.join(format!("{OWNER_FILE}.new"));
    let owner = File::create(&unlocked)?;
    owner.lock()?;
    fs::rename(unlocked, folder.join(OWNER_FILE))?;
    Ok(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of these tests alone.
    const WHAT_FOR: &str = "swept-in-a-test";

    #[test]
    fn what_the_killed_have_left_goes_and_nothing_else() {
        let there = Temporary::make(WHAT_FOR).unwrap();
        let left = Temporary::make(WHAT_FOR).unwrap();
        fs::write(left.folder().join("history.csv"), "number\n").unwrap();
        let folder = left.folder().to_owned();
        // As the system does it for one that is killed: nobody removes the folder.
        left._owner.unlock().unwrap();
        std::mem::forget(left);
        let being_made = std::env::temp_dir().join(format!("{}made", prefix(WHAT_FOR)));
        fs::create_dir_all(&being_made).unwrap();
        Temporary::sweep(WHAT_FOR);
        assert!(!folder.exists());
        assert!(there.folder().exists());
        assert!(being_made.exists());
        fs::remove_dir(being_made).unwrap();
    }
}
