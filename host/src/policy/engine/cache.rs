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
use crate::private;

const DIGEST_BYTES: usize = 32;
const EXTENSION: &str = ".compiled";
const TEMPORARY: &str = ".tmp";
/// In the place of `EXTENSION` where golden examples have held.
const PROOF: &str = "proven";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Kept at a start; each is some hundred kilobytes.
const FILES_MAX: usize = 1000;

/// A folder of compiled components.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Makes the folder where it is missing, and clears it of what is of no more
    /// use.
    pub fn open(folder: &Path, machine: &Machine) -> Result<Self, PolicyError> {
        let cache = Self {
            folder: folder.to_owned(),
        };
        private::make_folder(folder)
            // It may have been there before, open to others.
            .and_then(|()| private::shut_folder(folder))
            .and_then(|()| cache.clear(machine))
            .map_err(|error| {
                PolicyError::new(
                    Code::HostInternal,
                    format!("the folder for compiled plugins cannot be used: {error}"),
                )
            })?;
        Ok(cache)
    }

    /// Removes files of other engines, half-written ones, and the oldest beyond
    /// the limit. What another process has taken away meanwhile is gone all the same.
    fn clear(&self, machine: &Machine) -> io::Result<()> {
        let suffix = suffix(machine);
        let proof = suffix.replace(EXTENSION, &format!(".{PROOF}"));
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(&suffix) {
                if let Some(metadata) = unless_gone(entry.metadata())? {
                    kept.push((metadata.modified()?, entry.path()));
                }
            } else if !name.ends_with(&proof)
                && [EXTENSION, TEMPORARY, PROOF]
                    .iter()
                    .any(|end| name.ends_with(end))
            {
                unless_gone(fs::remove_file(entry.path()))?;
            }
        }
        kept.sort_unstable();
        let surplus = kept.len().saturating_sub(FILES_MAX);
        for (_, path) in kept.into_iter().take(surplus) {
            unless_gone(fs::remove_file(path))?;
        }
        Ok(())
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

    /// Whether this version of the server has run the plugin's golden examples on
    /// this engine before, and they held.
    pub fn is_proven(&self, machine: &Machine, digest: &str) -> bool {
        let path = self.path(machine, digest).with_extension(PROOF);
        fs::read(path).is_ok_and(|version| version == VERSION.as_bytes())
    }

    /// Remembers that they held. Where that cannot be written they run again.
    pub fn mark_proven(&self, machine: &Machine, digest: &str) {
        let path = self.path(machine, digest).with_extension(PROOF);
        if let Err(error) = fs::write(path, VERSION) {
            tracing::warn!(
                error = error.to_string(),
                "a plugin's proof could not be kept"
            );
        }
    }

    /// Into a temporary file first: a reader never sees half of one.
    fn write(&self, machine: &Machine, digest: &str, compiled: &[u8]) -> io::Result<()> {
        let path = self.path(machine, digest);
        let temporary = path.with_extension(format!("{}{TEMPORARY}", std::process::id()));
        let mut file = fs::File::create(&temporary)?;
        file.write_all(&sum(machine, digest, compiled))?;
        file.write_all(compiled)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)
    }

    fn path(&self, machine: &Machine, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}{}", suffix(machine)))
    }
}

/// What the names of this engine's files end with.
fn suffix(machine: &Machine) -> String {
    format!("-{}{EXTENSION}", machine.fingerprint.replace('/', "-"))
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

/// None where there is no such file.
fn unless_gone<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(machine: &Machine) -> Component {
        Component::new(&machine.engine, wat::parse_str("(component)").unwrap()).unwrap()
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_was_kept_is_found_by_component_and_engine() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::new(1).unwrap();
        let cache = Cache::open(folder.path(), &machine).unwrap();
        assert!(cache.get(&machine, "a").is_none());
        cache.put(&machine, "a", &component(&machine));
        let again = Cache::open(folder.path(), &machine).unwrap();
        assert!(again.get(&machine, "a").is_some());
        assert!(again.get(&machine, "b").is_none());
    }

    #[test]
    fn a_file_that_was_tampered_with_is_never_run() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::new(1).unwrap();
        let cache = Cache::open(folder.path(), &machine).unwrap();
        cache.put(&machine, "a", &component(&machine));
        let path = files(folder.path()).remove(0);
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(cache.get(&machine, "a").is_none());
        assert!(files(folder.path()).is_empty(), "it is out of the way");

        // Nor is the file of another component under this one's name.
        cache.put(&machine, "b", &component(&machine));
        fs::rename(files(folder.path()).remove(0), &path).unwrap();
        assert!(cache.get(&machine, "a").is_none());
    }

    #[test]
    fn what_another_engine_has_left_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::new(1).unwrap();
        for name in [
            "a-wasmtime-1-x.compiled",
            "a-wasmtime-1-x.proven",
            "b.1.tmp",
            "of-somebody-else",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        Cache::open(folder.path(), &machine).unwrap();
        assert_eq!(
            files(folder.path()),
            [folder.path().join("of-somebody-else")]
        );
    }

    #[test]
    fn several_clear_one_folder_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::new(1).unwrap();
        for number in 0..500 {
            fs::write(folder.path().join(format!("{number}.tmp")), "").unwrap();
        }
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Cache::open(folder.path(), &machine).unwrap());
            }
        });
        assert!(files(folder.path()).is_empty());
    }
}
