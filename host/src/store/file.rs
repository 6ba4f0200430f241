//! The file of an embedded database, which others may take away while it is
//! open: what is written to it then is nowhere any more.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file as it was when it was opened.
#[derive(Debug)]
pub(super) struct DataFile {
    path: PathBuf,
    identity: Identity,
}

/// What is another one for another file of the same name.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl DataFile {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
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
