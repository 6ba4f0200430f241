//! `stellwerk backup` and `stellwerk restore`: a data folder, copied while its
//! server runs, and put back.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::store::{Data, block_on, exists};
use super::{CliError, Console, Exit};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::StoreSettings;
use crate::store::backup::{self, Manifest};

/// A copy of everything as it is at one instant, into a new folder. The server
/// goes on meanwhile: this reads its data folder beside it, so it has to run on the
/// same machine, as a user who may write there. There are persons in the copy: it
/// is readable for its owner alone.
#[derive(Debug, Args)]
pub struct Backup {
    /// The backup's folder, which is made; nothing is overwritten
    to: PathBuf,
    #[command(flatten)]
    data: Data,
}

/// Checks the backup and makes a data folder of it, which must have no data yet.
/// The server that is started on it brings an older schema up to date.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup's folder
    from: PathBuf,
    #[command(flatten)]
    data: Data,
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    #[serde(skip)]
    what: &'static str,
    backup: &'a Path,
    data: &'a Path,
    #[serde(flatten)]
    manifest: Manifest,
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = &self.manifest;
        let rows = &manifest.rows;
        writeln!(f, "{}", self.what)?;
        writeln!(f, "  backup  {}", self.backup.display())?;
        writeln!(f, "  data    {}", self.data.display())?;
        writeln!(
            f,
            "  holds   {} manufacturers, {} leads, {} events, {} postings; {} bytes",
            rows.manufacturers, rows.leads, rows.events, rows.postings, manifest.bytes
        )?;
        writeln!(
            f,
            "  taken   {} by Stellwerk {}, schema {}",
            manifest.taken_at, manifest.version, manifest.schema
        )?;
        write!(f, "  sha256  {}", manifest.sha256)
    }
}

pub fn take(command: &Backup, console: &Console) -> Result<Exit, CliError> {
    let config = command.data.configured([])?.config;
    let folder = folder(&config, "pg_dump")?;
    exists(&config)?;
    let taking = async {
        let now = Clock::System.now();
        Ok(backup::take(&folder, &command.to, now).await?)
    };
    let manifest = block_on(taking)?;
    console.result(&Done {
        what: "backed up",
        backup: &command.to,
        data: &folder,
        manifest,
    })?;
    Ok(Exit::Done)
}

pub fn restore(command: &Restore, console: &Console) -> Result<Exit, CliError> {
    let config = command.data.configured([])?.config;
    let folder = folder(&config, "pg_restore")?;
    let manifest = block_on(async { Ok(backup::restore(&command.from, &folder).await?) })?;
    console.result(&Done {
        what: "restored",
        backup: &command.from,
        data: &folder,
        manifest,
    })?;
    Ok(Exit::Done)
}

/// The data folder; PostgreSQL has programs of its own.
fn folder(config: &Config, program: &str) -> Result<PathBuf, CliError> {
    match config.store() {
        StoreSettings::Sqlite { folder } => Ok(folder),
        StoreSettings::Postgres { .. } => Err(CliError::Usage(format!(
            "this is for a data folder (--data); for PostgreSQL use its {program}, as the README \
             shows"
        ))),
    }
}
