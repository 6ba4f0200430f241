//! `stellwerk plugin withdraw`: a plugin is shared no more.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cli::client::segment;
use crate::cli::store::block_on;
use crate::cli::target::Target;
use crate::cli::{CliError, Console, Exit};
use crate::contracts::plugin;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Its digest, or name@version
    plugin: String,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let reference = &arguments.plugin;
    let withdrawn: Withdrawn = match arguments.target.server(None)? {
        Some(client) => client.delete(&format!("/api/v1/plugins/{}", segment(reference)))?,
        None => block_on(arguments.target.with_data(async |host| {
            let record = plugin::withdraw(host, reference, None).await?;
            Ok(Withdrawn {
                digest: record.digest,
                name: record.name,
                version: record.version,
            })
        }))?,
    };
    console.result(&withdrawn)?;
    Ok(Exit::Done)
}

/// A plugin that was shared; also as a server answers it.
#[derive(Debug, Serialize, Deserialize)]
struct Withdrawn {
    digest: String,
    name: String,
    version: String,
}

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "withdrawn  {}@{}", self.name, self.version)?;
        writeln!(f, "digest     {}", self.digest)
    }
}
