//! Where a trial is worked: what is done is kept there, so that one that was interrupted
//! goes on with the rest.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::CliError;
use crate::cli::store::this_program;
use crate::domain::digest::sha256;
use crate::import::digest;

const FOLDER: &str = ".trial";

/// The folder of what is done, and of what is being done.
pub struct Workplace {
    folder: PathBuf,
    /// Where compiled policies are kept.
    compiled: PathBuf,
    /// SHA-256 of this program: what another one has done is not taken for its own.
    program: String,
}

impl Workplace {
    /// In a trial's folder. Compiled policies lie there, too, unless `STELLWERK_CACHE` or
    /// `compiled` names another place.
    pub fn open(trial: &Path, compiled: Option<PathBuf>) -> Result<Self, CliError> {
        let folder = trial.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| CliError::file(&folder, error))?;
        let program = this_program().and_then(|path| digest(&path).ok());
        let compiled = compiled.or_else(|| std::env::var_os("STELLWERK_CACHE").map(PathBuf::from));
        Ok(Self {
            compiled: compiled.unwrap_or_else(|| folder.join("compiled")),
            folder,
            program: program.unwrap_or_default(),
        })
    }

    /// What was made of the same, or else what `make` makes, which is given an empty place
    /// for a folder that goes afterwards. Whether it was made now comes with it.
    ///
    /// `of` tells everything that it depends on, beside the program.
    pub fn or_made<T: Serialize + DeserializeOwned>(
        &self,
        of: &str,
        make: impl FnOnce(&Path) -> Result<T, CliError>,
    ) -> Result<(T, bool), CliError> {
        let key = self.key(of);
        let file = self.folder.join(format!("{key}.json"));
        if let Ok(bytes) = fs::read(&file)
            && let Ok(known) = serde_json::from_slice(&bytes)
        {
            return Ok((known, false));
        }
        let made = self.in_place(&key, make)?;
        let bytes = serde_json::to_vec(&made)
            .map_err(|error| CliError::Fault(format!("what was done cannot be kept: {error}")))?;
        write(&file, &bytes)?;
        Ok((made, true))
    }

    /// A file that is kept beside what is made of it, under another ending.
    pub fn beside(&self, of: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.key(of)))
    }

    fn key(&self, of: &str) -> String {
        sha256(format!("{}\n{of}", self.program).as_bytes())
    }

    /// What `make` makes in an empty place for a folder, which goes afterwards.
    pub fn in_place<T>(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let place = self.folder.join(format!("{name}.data"));
        // What an interrupted run has left is made anew.
        remove(&place)?;
        let made = make(&place)?;
        remove(&place)?;
        Ok(made)
    }

    /// Where compiled policies are kept.
    pub fn compiled(&self) -> PathBuf {
        self.compiled.clone()
    }
}

fn remove(folder: &Path) -> Result<(), CliError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CliError::file(folder, error))
        }
        _ => Ok(()),
    }
}

/// Whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut unfinished = path.to_owned().into_os_string();
    unfinished.push(".new");
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|error| CliError::file(path, error))
}
