//! `stellwerk plugin ship`: rebuilds the reference plugins of this repository,
//! whose components are kept beside their sources and embedded in the program.

mod record;
mod sources;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::record::{Entry, Record};
use super::build::{self, ToolchainArguments};
use super::compile::{Lock, Version};
use super::{documents, project, toolchain};
use crate::cli::{CliError, Console, Exit};
use crate::domain::digest::sha256;

/// Where the plugins lie in the repository, one folder each.
const PLUGINS: &str = "plugins";
/// Where their components are kept, below [`PLUGINS`].
const COMPONENTS: &str = "components";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the repository
    #[arg(default_value = ".", value_name = "DIR")]
    repository: PathBuf,
    /// Write components there, and compare them with the kept ones, which stay
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    #[command(flatten)]
    toolchain: ToolchainArguments,
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let repository = &arguments.repository;
    let plugins = repository.join(PLUGINS);
    let kept_folder = plugins.join(COMPONENTS);
    let kept = Record::read(&kept_folder)?;
    let toolchain = toolchain::find(arguments.toolchain.toolchain, repository, console)?;
    let folder = arguments.into.as_deref().unwrap_or(&kept_folder);
    fs::create_dir_all(folder).map_err(|error| CliError::file(folder, error))?;

    let engine = documents::engine()?;
    let mut entries = Vec::new();
    for name in names(&plugins)? {
        let project = project::open(&plugins.join(&name))?;
        let component = build::build(
            &project,
            &toolchain,
            Lock::Fixed,
            Version::OfProject,
            console,
        )?;
        let file = folder.join(format!("{name}.wasm"));
        fs::write(&file, &component).map_err(|error| CliError::file(&file, error))?;
        entries.push(Entry {
            sources: sources::digest(repository, &name)?,
            component: sha256(&component),
            name: name.clone(),
        });
        let plugin = engine.load_blocking(component.into())?;
        if plugin.manifest().name != name {
            return Err(CliError::PluginRefused(format!(
                "the plugin in {PLUGINS}/{name} calls itself {}",
                plugin.manifest().name
            )));
        }
    }
    let built = Record {
        toolchain: toolchain.identity,
        components: entries,
    };
    let shipped = Shipped {
        folder: folder.to_owned(),
        differing: kept.differing(&built),
        same_toolchain: kept.toolchain == built.toolchain,
        record: built,
    };
    match arguments.into {
        None => shipped.record.write(&kept_folder)?,
        Some(_) if shipped.same_toolchain && !shipped.differing.is_empty() => {
            return Err(CliError::PluginRefused(format!(
                "built by the same toolchain, these differ from the kept components: {}",
                shipped.differing.join(", ")
            )));
        }
        Some(_) => {}
    }
    console.result(&shipped)?;
    Ok(Exit::Done)
}

/// Folders of plugins, in order.
fn names(plugins: &Path) -> Result<Vec<String>, CliError> {
    let mut names: Vec<String> = plugins
        .read_dir()
        .map_err(|error| CliError::file(plugins, error))?
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Shipped {
    folder: PathBuf,
    /// Whose bytes are not those that were kept.
    differing: Vec<String>,
    /// Whether the kept ones were built by it too. If not, bytes may differ.
    same_toolchain: bool,
    #[serde(flatten)]
    record: Record,
}

impl fmt::Display for Shipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "built by {}", self.record.toolchain)?;
        for entry in &self.record.components {
            let change = match self.differing.contains(&entry.name) {
                true => "another than before",
                false => "as before",
            };
            writeln!(f, "{}  {} ({change})", entry.component, entry.name)?;
        }
        if !self.same_toolchain && !self.differing.is_empty() {
            writeln!(f, "those before were built by another toolchain")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::shipped;

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn what_runs_is_what_the_sources_say() {
        let plugins = repository().join(PLUGINS);
        let kept = Record::read(&plugins.join(COMPONENTS)).unwrap();
        let expected: Vec<(String, String)> = names(&plugins)
            .unwrap()
            .into_iter()
            .map(|name| {
                let digest = sources::digest(&repository(), &name).unwrap();
                (name, digest)
            })
            .collect();
        let recorded: Vec<(String, String)> = kept
            .components
            .iter()
            .map(|entry| (entry.name.clone(), entry.sources.clone()))
            .collect();
        assert_eq!(
            recorded, expected,
            "sources have changed: run `stellwerk plugin ship`"
        );
        let embedded: Vec<(String, String)> = shipped::all(None)
            .unwrap()
            .into_iter()
            .map(|plugin| (plugin.name.to_owned(), sha256(&plugin.component)))
            .collect();
        let recorded: Vec<(String, String)> = kept
            .components
            .into_iter()
            .map(|entry| (entry.name, entry.component))
            .collect();
        assert_eq!(
            embedded, recorded,
            "the list in policy/shipped.rs is another"
        );
    }
}
