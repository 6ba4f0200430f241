//! Lists the sources of the plugin SDK and of the interface, which `stellwerk
//! plugin new` writes into every new project: the SDK is in no registry.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of the repository that go into a new project's `sdk/`.
const FOLDERS: &[&str] = &["plugin-sdk", "wit"];
/// Further files that say with which versions and features the SDK is built.
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock"];

fn main() -> io::Result<()> {
    let repository = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("..");
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed=../{folder}");
        files_below(&repository.join(folder), &mut files)?;
    }
    for file in FILES {
        println!("cargo::rerun-if-changed=../{file}");
        files.push(repository.join(file));
    }
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&repository).map_err(io::Error::other)?;
        let _to_memory = writeln!(list, "    ({name:?}, include_str!({file:?})),");
    }
    list.push_str("]\n");
    let output = Path::new(&variable("OUT_DIR")?).join("sdk_files.rs");
    fs::write(output, list)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

/// All files below a folder, in order of their paths.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // Its own tests need tools that a project does not have.
        if entry.is_dir() && !entry.ends_with("target") && !entry.ends_with("tests") {
            files_below(&entry, files)?;
        } else if entry.is_file() && !hidden {
            files.push(entry);
        }
    }
    Ok(())
}
