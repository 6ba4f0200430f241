//! A data folder belongs to one process at a time, which says there who it is.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Error;

const FILE: &str = "stellwerk.lock";

/// Held as long as the store is open.
pub(super) struct FolderLock {
    file: File,
    folder: PathBuf,
}

/// Who has a data folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    pub process: Option<u32>,
    /// Where it answers requests, if it does.
    pub address: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.address, self.process) {
            (Some(address), Some(process)) => {
                write!(f, "the server at {address}, process {process}")
            }
            (None, Some(process)) => write!(f, "process {process}"),
            (Some(address), None) => write!(f, "the server at {address}"),
            (None, None) => f.write_str("another process"),
        }
    }
}

impl FolderLock {
    /// Takes the folder.
    ///
    /// # Errors
    /// `Held` when another process has it.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::folder(folder))?;
        match file.try_lock() {
            Ok(()) => {
                let lock = Self {
                    file,
                    folder: folder.to_owned(),
                };
                lock.write("")?;
                Ok(lock)
            }
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::Held {
                folder: folder.to_owned(),
                // Not everywhere can a locked file be read.
                holder: std::fs::read_to_string(&path)
                    .map(|text| holder(&text))
                    .unwrap_or_default(),
            }),
            Err(std::fs::TryLockError::Error(error)) => Err(Error::folder(folder)(error)),
        }
    }

    /// Says where the holder answers requests.
    pub fn announce(&self, address: &str) -> Result<(), Error> {
        self.write(address)
    }

    fn write(&self, address: &str) -> Result<(), Error> {
        let text = format!("{}\n{address}\n", std::process::id());
        let mut file = &self.file;
        file.set_len(0)
            .and_then(|()| std::io::Seek::rewind(&mut file))
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(Error::folder(&self.folder))
    }

    /// Gives the folder back.
    pub fn release(&self) -> std::io::Result<()> {
        self.file.unlock()
    }
}

fn holder(text: &str) -> Holder {
    let mut lines = text.lines();
    Holder {
        process: lines.next().and_then(|line| line.parse().ok()),
        address: lines
            .next()
            .filter(|line| !line.is_empty())
            .map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_folder_says_by_whom() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path()).unwrap();
        let process = std::process::id();
        let held = || match FolderLock::take(folder.path()) {
            Err(Error::Held { holder, .. }) => holder.to_string(),
            _ => String::new(),
        };
        assert_eq!(held(), format!("process {process}"));
        lock.announce("http://127.0.0.1:8080").unwrap();
        assert_eq!(
            held(),
            format!("the server at http://127.0.0.1:8080, process {process}")
        );
        lock.release().unwrap();
        assert!(FolderLock::take(folder.path()).is_ok());
    }

    #[test]
    fn whatever_stands_in_the_file_is_no_fault() {
        for text in ["", "\n\n", "who knows", "\u{0}"] {
            assert_eq!(holder(text), Holder::default(), "{text}");
        }
    }
}
