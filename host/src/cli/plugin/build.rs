//! `stellwerk plugin build`: from a plugin's sources to a checked component.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::compile::{self, Lock};
use super::project::{self, Project};
use super::toolchain::{self, Choice, Toolchain};
use super::{component, paths};
use crate::cli::{CliError, Console};

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

pub fn run(arguments: Arguments, console: &Console) -> Result<(), CliError> {
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
    console.result(&Built {
        size_bytes: component.len(),
        sha256: digest(&component),
        toolchain: toolchain.identity,
        file,
    })
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

/// SHA-256, hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use fmt::Write;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _to_memory = write!(text, "{byte:02x}");
            text
        })
}

/// What has been built.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Built {
    file: PathBuf,
    size_bytes: usize,
    sha256: String,
    toolchain: String,
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "file    {}", self.file.display())?;
        writeln!(f, "size    {} bytes", self.size_bytes)?;
        writeln!(f, "sha256  {}", self.sha256)
    }
}
