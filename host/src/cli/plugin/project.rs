//! A plugin's project, as cargo sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::cli::CliError;
use crate::cli::process::{self, ProcessError};

/// Resolving dependencies, which may have to fetch the registry's index.
const RESOLVE_MAX: Duration = Duration::from_secs(300);

/// A package that is a plugin.
#[derive(Debug)]
pub struct Project {
    pub folder: PathBuf,
    pub name: String,
    pub version: String,
    /// What cargo calls the package.
    pub package: String,
    /// Name of the library, as in file names.
    pub library: String,
    pub workspace: PathBuf,
    pub target_folder: PathBuf,
    /// Folder and name of each package that it is built from and that lies
    /// outside the workspace.
    pub dependencies: Vec<(PathBuf, String)>,
}

/// The cargo that runs this process, else the one on the path.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Looks at the project in a folder.
pub fn open(folder: &Path) -> Result<Project, CliError> {
    let folder = folder
        .canonicalize()
        .map_err(|error| CliError::file(folder, error))?;
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(CliError::document(
            &folder,
            "is no Rust project: it has no Cargo.toml",
        ));
    }
    let metadata = metadata(&folder)?;
    project(folder, &metadata).map_err(|message| CliError::document(&manifest, message))
}

fn metadata(folder: &Path) -> Result<Metadata, CliError> {
    let mut cargo = cargo();
    cargo
        .current_dir(folder)
        .args(["metadata", "--format-version=1"]);
    let ended = process::run(&mut cargo, RESOLVE_MAX).map_err(|error| match error {
        ProcessError::Missing(_) => CliError::ProgramMissing {
            message: error.to_string(),
            next: "Install Rust: https://rustup.rs".into(),
        },
        error => CliError::Fault(error.to_string()),
    })?;
    if !ended.status.success() {
        return Err(CliError::BuildFailed(ended.stderr.trim().to_owned()));
    }
    serde_json::from_str(&ended.stdout)
        .map_err(|error| CliError::Fault(format!("cargo metadata: {error}")))
}

fn project(folder: PathBuf, metadata: &Metadata) -> Result<Project, String> {
    let package = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path.parent() == Some(&folder))
        .ok_or("names no package: give the folder of the plugin itself")?;
    let library = package
        .targets
        .iter()
        .find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
        .ok_or("makes no WebAssembly: [lib] needs crate-type = [\"cdylib\", \"rlib\"]")?;
    Ok(Project {
        name: package.name.clone(),
        version: package.version.clone(),
        package: package.id.clone(),
        library: library.name.replace('-', "_"),
        workspace: metadata.workspace_root.clone(),
        target_folder: metadata.target_directory.clone(),
        dependencies: metadata.outside(&package.id),
        folder,
    })
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

impl Metadata {
    /// What a package depends on, however far, outside the workspace.
    fn outside(&self, package: &str) -> Vec<(PathBuf, String)> {
        let mut reached = BTreeSet::new();
        let mut ahead = vec![package];
        while let Some(id) = ahead.pop() {
            if !reached.insert(id) {
                continue;
            }
            let node = self.resolve.nodes.iter().find(|node| node.id == id);
            ahead.extend(
                node.into_iter()
                    .flat_map(|node| node.dependencies.iter().map(String::as_str)),
            );
        }
        self.packages
            .iter()
            .filter(|package| reached.contains(package.id.as_str()))
            .filter_map(|package| {
                let folder = package.manifest_path.parent()?;
                (!folder.starts_with(&self.workspace_root)).then(|| {
                    (
                        folder.to_owned(),
                        format!("{}-{}", package.name, package.version),
                    )
                })
            })
            .collect()
    }
}
