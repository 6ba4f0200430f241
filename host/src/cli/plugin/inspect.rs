//! `stellwerk plugin inspect`: what a component says about itself.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::documents;
use crate::cli::{CliError, Console, Exit};
use crate::policy::{Kind, Manifest, Plugin};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let component = documents::component(&arguments.file)?;
    let plugin = documents::engine()?.load_unproved_blocking(component)?;
    console.result(&Inspected {
        summary: Summary::of(&plugin),
        functions: plugin
            .kind()
            .functions()
            .iter()
            .map(|function| function.as_str())
            .collect(),
        manifest: plugin.manifest().clone(),
    })?;
    Ok(Exit::Done)
}

/// What a component is, in a few lines.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    pub name: String,
    pub version: String,
    pub kind: Kind,
    /// Version of the kind's interface.
    pub interface: &'static str,
    pub size_bytes: usize,
    /// SHA-256, hexadecimal.
    pub digest: String,
}

impl Summary {
    pub fn of(plugin: &Plugin) -> Self {
        let manifest = plugin.manifest();
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: plugin.kind(),
            interface: plugin.interface(),
            size_bytes: plugin.size_bytes(),
            digest: plugin.digest().to_owned(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "plugin     {} {}", self.name, self.version)?;
        writeln!(f, "kind       {}, interface {}", self.kind, self.interface)?;
        writeln!(f, "size       {} bytes", self.size_bytes)?;
        writeln!(f, "sha256     {}", self.digest)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Inspected {
    #[serde(flatten)]
    summary: Summary,
    functions: Vec<&'static str>,
    manifest: Manifest,
}

impl fmt::Display for Inspected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = &self.manifest;
        write!(f, "{}", self.summary)?;
        writeln!(f, "summary    {}", manifest.summary)?;
        writeln!(f, "functions  {}", self.functions.join(", "))?;
        let list = |f: &mut fmt::Formatter<'_>, title: &str, names: &[String]| match names {
            [] => Ok(()),
            names => writeln!(f, "{title:<10} {}", names.join(", ")),
        };
        let attributes: Vec<String> = manifest
            .attributes
            .iter()
            .map(|attribute| attribute.name.clone())
            .collect();
        list(f, "attributes", &attributes)?;
        list(f, "figures", &manifest.figures)?;
        list(f, "measures", &manifest.measures)?;
        list(f, "targets", &manifest.targets)?;
        list(f, "events", &manifest.events)?;
        let accounts: Vec<String> = manifest
            .accounts
            .iter()
            .map(|account| account.name.clone())
            .collect();
        list(f, "accounts", &accounts)?;
        let counter: Vec<String> = manifest.counter.iter().cloned().collect();
        list(f, "counter", &counter)?;
        list(f, "breaks", &manifest.declares)?;
        for reason in &manifest.reasons {
            writeln!(f, "reason     {}: {}", reason.code, reason.en)?;
        }
        for golden in &manifest.golden {
            writeln!(f, "example    {} ({})", golden.name, golden.function)?;
        }
        writeln!(f, "configuration by default")?;
        writeln!(f, "{:#}", manifest.configuration.default)
    }
}
