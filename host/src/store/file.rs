//! The file of an embedded database, which others may take away while it is
//! open: what is written to it then is nowhere any more.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::domain::erasure::Words;

/// Bytes that are looked through at once.
const PIECE_BYTES: usize = 1024 * 1024;

/// The file as it was when it was opened.
#[derive(Debug)]
pub(super) struct DataFile {
    path: PathBuf,
    identity: Identity,
    /// To read it as bytes. Never closed: where locks are a process's, as on Unix, to
    /// close a file gives back every lock that the process has on it, SQLite's too.
    bytes: Mutex<Option<ManuallyDrop<File>>>,
}

/// What is another one for another file of the same name.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl DataFile {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
            bytes: Mutex::default(),
        })
    }

    /// Whether it holds one of the words, anywhere.
    pub(super) fn holds(&self, words: &Words) -> io::Result<bool> {
        if words.is_empty() {
            return Ok(false);
        }
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file: &File = match &mut *bytes {
            Some(file) => file,
            none => none.insert(ManuallyDrop::new(File::open(&self.path)?)),
        };
        file.rewind()?;
        // A word may lie across two pieces.
        let mut piece = Vec::new();
        loop {
            let read = file.take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
            if words.are_in(&piece) {
                return Ok(true);
            }
            if read == 0 {
                return Ok(false);
            }
            let from = piece.len().saturating_sub(words.longest());
            piece.drain(..from);
        }
    }

    /// Whether it still lies where it was opened.
    pub(super) fn is_there(&self) -> io::Result<()> {
        let problem = match identity(&self.path) {
            Ok(found) if found == self.identity => return Ok(()),
            Ok(_) => "is another file than the one that was opened; start the server again",
            Err(_) => "is no longer there",
        };
        let text = format!("{} {problem}", self.path.display());
        Err(io::Error::new(io::ErrorKind::NotFound, text))
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    let about = fs::metadata(path)?;
    Ok(Identity(about.dev(), about.ino()))
}

/// Elsewhere an open file cannot be taken away.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path)?;
    Ok(Identity(0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_across_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let mut content = vec![b'-'; 2 * PIECE_BYTES];
        let mut words = Words::default();
        words.put_text("a line that somebody wrote");
        fs::write(&path, &content).unwrap();
        let file = DataFile::of(&path).unwrap();
        assert!(!file.holds(&words).unwrap());
        content.splice(PIECE_BYTES - 5..PIECE_BYTES, *b"a line that somebody wrote");
        fs::write(&path, &content).unwrap();
        assert!(file.holds(&words).unwrap());
        assert!(!file.holds(&Words::default()).unwrap());
    }

    #[test]
    fn a_file_that_was_taken_away_is_missed_until_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("data"), folder.path().join("aside"));
        fs::write(&path, "data").unwrap();
        let file = DataFile::of(&path).unwrap();
        assert!(file.is_there().is_ok());
        fs::rename(&path, &aside).unwrap();
        assert!(file.is_there().is_err());
        fs::write(&path, "another").unwrap();
        assert!(file.is_there().is_err());
        fs::rename(&aside, &path).unwrap();
        assert!(file.is_there().is_ok());
    }
}
