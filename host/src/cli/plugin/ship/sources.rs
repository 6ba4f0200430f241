//! A digest over all that a plugin of this repository is built from: its folder,
//! the SDK, the interface, what the lock file says of its dependencies, with
//! which features they are built, and how they are compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::CliError;
use crate::cli::plugin::compile;
use crate::domain::digest::sha256;

/// What all plugins share.
const SHARED: &[&str] = &["plugin-sdk", "wit"];
/// Folders of a crate that do not get into what is built from it.
const APART: &[&str] = &["tests", "target"];

/// SHA-256, hexadecimal.
pub fn digest(repository: &Path, plugin: &str) -> Result<String, CliError> {
    let mut lines = vec![compile::settings()];
    for folder in SHARED
        .iter()
        .map(PathBuf::from)
        .chain([Path::new(super::PLUGINS).join(plugin)])
    {
        let mut files = Vec::new();
        files_below(&repository.join(&folder), &mut files)?;
        for file in files {
            let content = fs::read(&file).map_err(|error| CliError::file(&file, error))?;
            let name = file.strip_prefix(repository).unwrap_or(&file);
            lines.push(format!("{} {}", sha256(&content), name.display()));
        }
    }
    lines.extend(dependencies(repository, plugin)?);
    Ok(sha256(lines.join("\n").as_bytes()))
}

/// All files below a folder, in order of their paths.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let mut entries: Vec<PathBuf> = folder
        .read_dir()
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| CliError::file(folder, error))?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || APART.contains(&name.as_ref()) {
            continue;
        }
        if entry.is_dir() {
            files_below(&entry, files)?;
        } else if is_built(&entry) {
            files.push(entry);
        }
    }
    Ok(())
}

/// Whether a file gets into what is built: text for people does not, and beside
/// the interface itself nothing of its folder does.
fn is_built(file: &Path) -> bool {
    let is = |extension: &str| file.extension().is_some_and(|found| found == extension);
    let beside_interface = file
        .parent()
        .is_some_and(|folder| folder.ends_with("wit") && !is("wit"));
    !is("md") && !beside_interface
}

#[derive(Deserialize)]
struct LockFile {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    dependencies: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct PluginManifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// A line per crate that the plugin depends on, however far, and one per crate
/// whose version and features the workspace chooses.
fn dependencies(repository: &Path, plugin: &str) -> Result<Vec<String>, CliError> {
    let lock: LockFile = toml_file(&repository.join("Cargo.lock"))?;
    let manifest: Manifest = toml_file(&repository.join("Cargo.toml"))?;
    let plugin: PluginManifest = toml_file(
        &repository
            .join(super::PLUGINS)
            .join(plugin)
            .join("Cargo.toml"),
    )?;
    let reached = reached(&lock, &plugin.package.name);
    let crates = reached.iter().map(|locked| {
        format!(
            "{} {} {}",
            locked.name,
            locked.version,
            locked.checksum.as_deref().unwrap_or("-")
        )
    });
    let chosen = manifest
        .workspace
        .dependencies
        .iter()
        .filter(|(name, _)| reached.iter().any(|locked| locked.name == **name))
        .map(|(name, choice)| format!("{name} = {choice}"));
    Ok(crates.chain(chosen).collect())
}

fn toml_file<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, CliError> {
    let text = fs::read_to_string(file).map_err(|error| CliError::file(file, error))?;
    toml::from_str(&text).map_err(|error| CliError::document(file, error))
}

/// The packages that are reached from one, in the lock file's order.
fn reached<'a>(lock: &'a LockFile, from: &str) -> Vec<&'a Locked> {
    let mut names = BTreeSet::new();
    let mut ahead = vec![from];
    while let Some(dependency) = ahead.pop() {
        if !names.insert(dependency) {
            continue;
        }
        for locked in &lock.package {
            if locked.is(dependency) {
                ahead.extend(locked.dependencies.iter().map(String::as_str));
            }
        }
    }
    lock.package
        .iter()
        .filter(|locked| names.iter().any(|name| locked.is(name)))
        .collect()
}

impl Locked {
    /// Whether a dependency means this package: `name`, or `name version …` where
    /// the lock file holds several of that name.
    fn is(&self, dependency: &str) -> bool {
        let mut words = dependency.split(' ');
        words.next() == Some(&self.name)
            && words.next().is_none_or(|version| version == self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4

        [[package]]
        name = "libm"
        version = "0.1.4"
        checksum = "a"

        [[package]]
        name = "libm"
        version = "0.2.16"
        checksum = "b"

        [[package]]
        name = "plugin"
        version = "0.1.0"
        dependencies = ["sdk"]

        [[package]]
        name = "sdk"
        version = "0.1.0"
        dependencies = ["libm 0.2.16"]

        [[package]]
        name = "server"
        version = "0.1.0"
        dependencies = ["libm 0.1.4"]
    "#;

    #[test]
    fn only_what_a_plugin_depends_on_counts() {
        let lock: LockFile = toml::from_str(LOCK).unwrap();
        let names: Vec<String> = reached(&lock, "plugin")
            .iter()
            .map(|locked| format!("{} {}", locked.name, locked.version))
            .collect();
        assert_eq!(names, ["libm 0.2.16", "plugin 0.1.0", "sdk 0.1.0"]);
    }
}
