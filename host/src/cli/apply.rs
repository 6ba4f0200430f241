//! `stellwerk apply FILE`: makes a contract what a file says.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::store::{Data, block_on};
use super::{CliError, Console, Exit};
use crate::apply::{ApplyError, Document, plan};
use crate::clock::{Clock, Ids};
use crate::host::Origin;

/// What a file changes, one line each.
#[derive(Serialize)]
struct Difference {
    changes: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return f.write_str("nothing to change");
        }
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Apply {
    /// The file that describes the contract, in TOML
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
}

pub fn run(apply: &Apply, console: &Console) -> Result<Exit, CliError> {
    let text =
        std::fs::read_to_string(&apply.file).map_err(|error| CliError::file(&apply.file, error))?;
    let document =
        Document::parse(&text).map_err(|problem| CliError::document(&apply.file, problem))?;
    let folder = apply.file.parent().unwrap_or(Path::new("."));
    block_on(async {
        let host = apply.data.host(Clock::System, Ids::random()).await?;
        let refused = |error: ApplyError| match error {
            ApplyError::Store(error) => CliError::from(error),
            other => CliError::document(&apply.file, other),
        };
        let plan = plan(&host, &document, Some(folder))
            .await
            .map_err(refused)?;
        console.result(&Difference {
            changes: plan.changes().iter().map(ToString::to_string).collect(),
        })?;
        if !apply.dry_run {
            plan.carry_out(&host, &Origin::host())
                .await
                .map_err(refused)?;
        }
        host.store.close().await;
        Ok(Exit::Done)
    })
}
