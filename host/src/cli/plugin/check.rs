//! `stellwerk plugin check`: the way of a component to one that can be bound, as
//! a server goes it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::documents::{self, Setting};
use super::inspect::Summary;
use crate::cli::{CliError, Console, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
    #[command(flatten)]
    setting: Setting,
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let setting = &arguments.setting;
    let component = documents::component(&arguments.file)?;
    let engine = documents::engine()?;
    let plugin = engine.take_in_blocking(component)?;
    let configuration = setting
        .configuration()?
        .unwrap_or_else(|| plugin.manifest().configuration.default.clone());
    let bound = engine.bind_blocking(&plugin, &configuration, &setting.terms()?)?;
    console.result(&Checked {
        summary: Summary::of(&plugin),
        golden_examples: plugin.manifest().golden.len(),
        configuration_digest: bound.configuration_digest().to_owned(),
        baked: bound.baked(),
    })?;
    Ok(Exit::Done)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked {
    #[serde(flatten)]
    summary: Summary,
    /// All passed, else there would be an error.
    golden_examples: usize,
    /// SHA-256 of the canonical configuration, hexadecimal.
    configuration_digest: String,
    /// Whether the configuration is part of the component that is asked, or is
    /// given to it at each call.
    baked: bool,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.summary)?;
        writeln!(f, "examples   {} passed", self.golden_examples)?;
        let how = match self.baked {
            true => "fits, and can be baked in",
            false => "fits, and is given at each call",
        };
        writeln!(f, "config     {how}")?;
        writeln!(f, "ready")
    }
}
