//! `stellwerk plugin build`: from a plugin's sources to a checked component.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::compile::{self, Lock, Version};
use super::inspect::Summary;
use super::project::{self, Project};
use super::toolchain::{self, Choice, Toolchain};
use super::{component, documents, paths};
use crate::cli::{CliError, Console, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the plugin's project, or a core module that another language's
    /// compiler has made
    #[arg(default_value = ".", value_name = "DIR")]
    source: PathBuf,
    /// Where to write the component [default: target/stellwerk/NAME.wasm]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    toolchain: ToolchainArguments,
}

#[derive(Debug, clap::Args)]
pub struct ToolchainArguments {
    /// Which compiler to use
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WAY",
        env = "STELLWERK_TOOLCHAIN",
        hide_env_values = true
    )]
    pub toolchain: Choice,
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let made = match arguments.source.is_file() {
        true => from_module(&arguments.source)?,
        false => from_project(&arguments, console)?,
    };
    let file = arguments.out.unwrap_or(made.file);
    fs::write(&file, &made.component).map_err(|error| CliError::file(&file, error))?;
    console.step("Checking what a server will check");
    let plugin = documents::engine()?.load_blocking(made.component.into())?;
    console.result(&Built {
        file,
        summary: Summary::of(&plugin),
        toolchain: made.toolchain,
    })?;
    Ok(Exit::Done)
}

/// A component that has not been checked yet.
struct Made {
    component: Vec<u8>,
    /// Where it goes if nobody says otherwise.
    file: PathBuf,
    /// By what it was compiled, where that is known.
    toolchain: Option<String>,
}

fn from_module(file: &Path) -> Result<Made, CliError> {
    let module = fs::read(file).map_err(|error| CliError::file(file, error))?;
    Ok(Made {
        component: component::encode(&module)?,
        file: file.with_extension("component.wasm"),
        toolchain: None,
    })
}

fn from_project(arguments: &Arguments, console: &Console) -> Result<Made, CliError> {
    let project = project::open(&arguments.source)?;
    let toolchain = toolchain::find(arguments.toolchain.toolchain, &project.folder, console)?;
    let version = Version::OfProject;
    let component = build(&project, &toolchain, Lock::MayChange, version, console)?;
    let name = format!("{}.wasm", project.name);
    Ok(Made {
        component,
        file: project.target_folder.join("stellwerk").join(name),
        toolchain: Some(toolchain.identity),
    })
}

/// Compiles and encodes.
pub fn build(
    project: &Project,
    toolchain: &Toolchain,
    lock: Lock,
    version: Version<'_>,
    console: &Console,
) -> Result<Vec<u8>, CliError> {
    let component = component::encode(&compile::compile(project, toolchain, lock, version)?)?;
    for path in paths::found_in(&component, &[&project.workspace]) {
        console.step(format!(
            "Note: the component names {path}, so that it differs when built elsewhere"
        ));
    }
    Ok(component)
}

/// What has been built.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Built {
    file: PathBuf,
    #[serde(flatten)]
    summary: Summary,
    /// Equal sources and an equal toolchain give equal bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    toolchain: Option<String>,
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "file       {}", self.file.display())?;
        write!(f, "{}", self.summary)?;
        match &self.toolchain {
            Some(toolchain) => writeln!(f, "toolchain  {toolchain}"),
            None => Ok(()),
        }
    }
}
