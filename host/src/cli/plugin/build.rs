//! `stellwerk plugin build`: from a plugin's sources to a checked component.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::compile::{self, Lock};
use super::inspect::Summary;
use super::project::{self, Project};
use super::toolchain::{self, Choice, Toolchain};
use super::{component, documents, paths};
use crate::cli::{CliError, Console, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the plugin's project
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
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
        env = "STELLWERK_TOOLCHAIN"
    )]
    pub toolchain: Choice,
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let project = project::open(&arguments.folder)?;
    let toolchain = toolchain::find(arguments.toolchain.toolchain, &project.folder, console)?;
    let component = build(&project, &toolchain, Lock::MayChange, console)?;
    let file = arguments.out.unwrap_or_else(|| {
        project
            .target_folder
            .join("stellwerk")
            .join(format!("{}.wasm", project.name))
    });
    fs::write(&file, &component).map_err(|error| CliError::file(&file, error))?;
    console.step("Checking what a server will check");
    let plugin = documents::engine()?.load_blocking(component.into())?;
    console.result(&Built {
        file,
        summary: Summary::of(&plugin),
        toolchain: toolchain.identity,
    })?;
    Ok(Exit::Done)
}

/// Compiles and encodes.
pub fn build(
    project: &Project,
    toolchain: &Toolchain,
    lock: Lock,
    console: &Console,
) -> Result<Vec<u8>, CliError> {
    let component = component::encode(&compile::compile(project, toolchain, lock)?)?;
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
    toolchain: String,
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "file       {}", self.file.display())?;
        write!(f, "{}", self.summary)?;
        writeln!(f, "toolchain  {}", self.toolchain)
    }
}
