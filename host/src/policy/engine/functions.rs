//! Compiled functions on disk. Configuring a policy changes its data and not its code, and
//! so does another version of the terms: what is compiled then is all there already.
//!
//! As with compiled components, whoever reads these runs them: the folder belongs to this
//! server alone, and each file begins with a digest of its name and the rest. Whatever
//! else lies there is not run but removed.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use wasmtime::CacheStore;

use super::config::WASMTIME_VERSION;
use crate::private;

const DIGEST_BYTES: usize = 32;
const PREFIX: &str = "functions-";
/// So many are kept at a start, some kilobytes each; with more, all of them go.
const FILES_MAX: usize = 50_000;

/// A folder of compiled functions.
#[derive(Debug)]
pub struct Functions {
    folder: PathBuf,
    /// Tells files apart that are written at the same time.
    written: AtomicU64,
}

impl Functions {
    /// In the folder of compiled components, which is made where it is missing. What
    /// other versions of the compiler have left there goes.
    ///
    /// # Errors
    /// Where the folder cannot be made or read.
    pub fn open(compiled: &Path) -> io::Result<Self> {
        private::make_folder(compiled)?;
        let folder = compiled.join(format!("{PREFIX}{WASMTIME_VERSION}"));
        for entry in fs::read_dir(compiled)? {
            let entry = entry?;
            let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
            if is_ours && (entry.path() != folder || is_full(&folder)?) {
                // Another process may have begun with the same.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        private::make_folder(&folder)?;
        private::shut_folder(&folder)?;
        Ok(Self {
            folder,
            written: AtomicU64::new(0),
        })
    }

    fn path(&self, key: &[u8]) -> PathBuf {
        self.folder.join(hex::encode(key))
    }

    /// Into another file first: a reader never sees half of one.
    fn write(&self, key: &[u8], value: &[u8]) -> io::Result<()> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let unfinished = format!("{}.{number}.tmp", std::process::id());
        let unfinished = self.folder.join(unfinished);
        let mut bytes = sum(key, value).to_vec();
        bytes.extend_from_slice(value);
        fs::write(&unfinished, bytes)?;
        fs::rename(&unfinished, self.path(key))
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let path = self.path(key);
        let mut bytes = fs::read(&path).ok()?;
        let is_sound = bytes
            .split_at_checked(DIGEST_BYTES)
            .is_some_and(|(kept, value)| kept == sum(key, value));
        if !is_sound {
            // Whatever it is, it stands in the place of the next.
            let _ = fs::remove_file(&path);
            return None;
        }
        Some(Cow::Owned(bytes.split_off(DIGEST_BYTES)))
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        // What is not kept is compiled again.
        self.write(key, &value).is_ok()
    }
}

fn is_full(folder: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(folder)?.take(FILES_MAX + 1).count() > FILES_MAX)
}

fn sum(key: &[u8], value: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut sum = Sha256::new();
    sum.update(WASMTIME_VERSION);
    sum.update(key);
    sum.update(value);
    sum.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wasmtime::Store;
    use wasmtime::component::{Component, Linker};

    use super::super::config::Machine;
    use super::*;

    /// A component that answers what its memory begins with.
    fn remembering(number: u8) -> Vec<u8> {
        let text = format!(
            r#"(component
                (core module $m
                    (memory 1)
                    (data (i32.const 0) "\{number:02x}")
                    (func (export "f") (result i32) (i32.load8_u (i32.const 0))))
                (core instance $i (instantiate $m))
                (func (export "f") (result u32) (canon lift (core func $i "f"))))"#
        );
        wat::parse_str(text).unwrap()
    }

    fn answer(machine: &Machine, component: &[u8]) -> u32 {
        let component = Component::new(&machine.engine, component).unwrap();
        let mut store = Store::new(&machine.engine, ());
        store.set_fuel(1_000).unwrap();
        store.set_epoch_deadline(1_000);
        let linker = Linker::new(&machine.engine);
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let function = instance.get_typed_func::<(), (u32,)>(&mut store, "f");
        function.unwrap().call(&mut store, ()).unwrap().0
    }

    fn files(functions: &Functions) -> Vec<PathBuf> {
        let entries = fs::read_dir(&functions.folder).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    #[test]
    fn other_data_is_no_other_code() {
        let folder = tempfile::tempdir().unwrap();
        let functions = Arc::new(Functions::open(folder.path()).unwrap());
        let machine = Machine::keeping(1, Some(functions.clone())).unwrap();
        assert_eq!(answer(&machine, &remembering(7)), 7);
        let kept = files(&functions);
        assert!(!kept.is_empty());
        assert_eq!(answer(&machine, &remembering(8)), 8);
        assert_eq!(files(&functions), kept);
        assert_eq!(
            machine.fingerprint,
            Machine::new(1).unwrap().fingerprint,
            "what is kept is as if it were compiled now"
        );
    }

    #[test]
    fn what_was_tampered_with_is_compiled_again() {
        let folder = tempfile::tempdir().unwrap();
        let functions = Arc::new(Functions::open(folder.path()).unwrap());
        let machine = Machine::keeping(1, Some(functions.clone())).unwrap();
        answer(&machine, &remembering(7));
        let kept: Vec<(PathBuf, Vec<u8>)> = files(&functions)
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        for (path, bytes) in &kept {
            let mut bytes = bytes.clone();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(path, bytes).unwrap();
        }
        assert_eq!(answer(&machine, &remembering(8)), 8);
        for (path, bytes) in &kept {
            assert_eq!(&fs::read(path).unwrap(), bytes);
        }
    }

    #[test]
    fn what_another_compiler_has_left_goes() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("functions-1.0.0");
        let others = folder.path().join("of-somebody-else");
        for folder in [&old, &others] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("a"), "").unwrap();
        }
        let functions = Functions::open(folder.path()).unwrap();
        functions.insert(b"a", vec![1]);
        assert!(!old.exists());
        assert!(others.join("a").exists());
        let again = Functions::open(folder.path()).unwrap();
        assert_eq!(again.get(b"a").as_deref(), Some([1].as_slice()));
    }
}
