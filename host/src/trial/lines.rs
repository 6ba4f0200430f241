//! Files of one JSON object a line: a history is longer than what memory holds.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The file cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct Error {
    pub path: PathBuf,
    pub source: io::Error,
}

impl Error {
    /// Of this file.
    pub fn of(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self {
            path: path.to_owned(),
            source,
        }
    }
}

/// Writes the file, line by line.
pub struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Writer {
    /// In place of what may lie there.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(Error::of(path))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, line: &impl Serialize) -> Result<(), Error> {
        let written = serde_json::to_writer(&mut self.file, line).map_err(io::Error::from);
        written
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(Error::of(&self.path))
    }

    /// # Errors
    /// Where what is left cannot be written.
    pub fn finish(mut self) -> Result<(), Error> {
        self.file.flush().map_err(Error::of(&self.path))
    }
}

/// The lines of a file in their order.
///
/// # Errors
/// Where it is not there, and of each line that cannot be read.
pub fn read<T: DeserializeOwned>(
    path: &Path,
) -> Result<impl Iterator<Item = Result<T, Error>> + '_, Error> {
    let file = File::open(path).map_err(Error::of(path))?;
    let lines = BufReader::new(file).lines();
    Ok(lines.map(|line| {
        let line = line.map_err(Error::of(path))?;
        serde_json::from_str(&line).map_err(|error| Error::of(path)(error.into()))
    }))
}
