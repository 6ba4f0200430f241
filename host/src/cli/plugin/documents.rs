//! The files that the author's commands are given.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::cli::CliError;
use crate::cli::store::this_program;
use crate::policy::engine::EngineSettings;
use crate::policy::{Engine, golden};

/// Under what a policy is asked.
#[derive(Debug, clap::Args)]
pub struct Setting {
    /// Configuration of the policy [default: the one of its manifest]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Terms of the contract; what is missing gets its default
    #[arg(long, value_name = "FILE")]
    terms: Option<PathBuf>,
}

impl Setting {
    /// The configuration, if one is given.
    pub fn configuration(&self) -> Result<Option<Value>, CliError> {
        self.config.as_deref().map(json).transpose()
    }

    /// Whether terms are given.
    pub fn gives_terms(&self) -> bool {
        self.terms.is_some()
    }

    /// The terms, complete and canonical. A contract's minimum where there are
    /// none.
    pub fn terms(&self) -> Result<String, CliError> {
        let given = self.terms.as_deref().map(json).transpose()?;
        Ok(golden::terms(given.as_ref())?)
    }
}

/// An engine for one command: nothing is kept, and one call runs at a time.
pub fn engine() -> Result<Engine, CliError> {
    Ok(Engine::new(EngineSettings {
        slots: 1,
        compiler: this_program(),
        ..EngineSettings::default()
    })?)
}

/// The bytes of a component.
pub fn component(file: &Path) -> Result<Arc<[u8]>, CliError> {
    fs::read(file)
        .map(Arc::from)
        .map_err(|error| CliError::file(file, error))
}

/// A JSON document.
pub fn json(file: &Path) -> Result<Value, CliError> {
    let text = fs::read_to_string(file).map_err(|error| CliError::file(file, error))?;
    serde_json::from_str(&text).map_err(|error| CliError::document(file, error))
}
