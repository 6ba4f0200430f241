//! Compiled components on disk, so that a restart compiles nothing.
//!
//! Compiled code is native code: running a file that somebody else has written
//! is running their program. So the folder belongs to this server alone, and
//! each file begins with a digest of the rest that binds it to its component
//! and to this engine: a file that was damaged or mixed up is never run.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use super::config::Machine;
use crate::policy::error::{Code, PolicyError};

const DIGEST_BYTES: usize = 32;

/// A folder of compiled components.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Makes the folder where it is missing.
    pub fn open(folder: &Path) -> Result<Self, PolicyError> {
        create_private(folder).map_err(|error| {
            PolicyError::new(
                Code::HostInternal,
                format!("the folder for compiled plugins cannot be used: {error}"),
            )
        })?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The compiled form of the component with this digest; none where there is
    /// no sound one for this engine.
    pub fn get(&self, machine: &Machine, digest: &str) -> Option<Component> {
        let path = self.path(machine, digest);
        let bytes = fs::read(&path).ok()?;
        let (kept, compiled) = bytes.split_at_checked(DIGEST_BYTES)?;
        let found = if kept == sum(machine, digest, compiled).as_slice() {
            // SAFETY: the bytes are what `put` has written for this component,
            // engine and settings: the folder is this server's own, and the
            // digest that was taken of them then is theirs still. Wasmtime
            // itself refuses artifacts of another version or other settings.
            unsafe { Component::deserialize(&machine.engine, compiled) }.ok()
        } else {
            None
        };
        if found.is_none() {
            // Whatever it is, it is of no use, and stands in the place of the next.
            let _ = fs::remove_file(&path);
        }
        found
    }

    /// Keeps a compiled component. A cache that cannot be written costs time,
    /// nothing else, so the error is only logged.
    pub fn put(&self, machine: &Machine, digest: &str, component: &Component) {
        let written = component
            .serialize()
            .map_err(|error| io::Error::other(format!("{error:#}")))
            .and_then(|compiled| self.write(machine, digest, &compiled));
        if let Err(error) = written {
            tracing::warn!(
                error = error.to_string(),
                "a compiled plugin could not be kept"
            );
        }
    }

    /// Into a temporary file first: a reader never sees half of one.
    fn write(&self, machine: &Machine, digest: &str, compiled: &[u8]) -> io::Result<()> {
        let path = self.path(machine, digest);
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = fs::File::create(&temporary)?;
        file.write_all(&sum(machine, digest, compiled))?;
        file.write_all(compiled)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)
    }

    fn path(&self, machine: &Machine, digest: &str) -> PathBuf {
        let engine = machine.fingerprint.replace('/', "-");
        self.folder.join(format!("{digest}-{engine}.compiled"))
    }
}

/// What a compiled file begins with: it binds the bytes to component and engine.
fn sum(machine: &Machine, digest: &str, compiled: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut sum = Sha256::new();
    sum.update(machine.fingerprint.as_bytes());
    sum.update([0]);
    sum.update(digest.as_bytes());
    sum.update([0]);
    sum.update(compiled);
    sum.finalize().into()
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // It may have been there before, open to others.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
