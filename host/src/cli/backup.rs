//! `stellwerk backup` and `stellwerk restore`: a data folder, copied while its
//! server runs, and put back.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::store::{Data, block_on, exists, host};
use super::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::config::Config;
use crate::domain::erasure::Erasure;
use crate::persons::list::{List, agree};
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
/// The server that is started on it brings an older schema up to date. Persons that were
/// erased since the backup was taken are erased again, by the list that the server keeps
/// apart from backups.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup's folder
    from: PathBuf,
    /// The list of erasures that the server has kept, where it is not the one of the new
    /// data: who stands in it is erased again
    #[arg(long, value_name = "FILE")]
    erasures: Option<PathBuf>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<ErasedAgain>,
}

/// Who was forgotten since the backup was taken.
#[derive(Serialize)]
struct ErasedAgain {
    list: PathBuf,
    /// None where there is no such file.
    leads: Option<usize>,
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
        write!(f, "  sha256  {}", manifest.sha256)?;
        match &self.erased {
            Some(ErasedAgain {
                list,
                leads: Some(leads),
            }) => write!(f, "\n  erased  {leads} leads again, by {}", list.display()),
            Some(ErasedAgain { list, leads: None }) => write!(
                f,
                "\n  erased  nobody: there is no list of erasures in {}. Who was erased since the \
                 backup was taken is back: name the list with --erasures, or erase them again",
                list.display()
            ),
            None => Ok(()),
        }
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
        erased: None,
    })?;
    Ok(Exit::Done)
}

pub fn restore(command: &Restore, console: &Console) -> Result<Exit, CliError> {
    let config = command.data.configured([])?.config;
    let folder = folder(&config, "pg_restore")?;
    let own = List::at(config.erasures().unwrap_or_default());
    let list = command.erasures.clone().map_or(own.clone(), List::at);
    if command.erasures.is_some() && !list.path().is_file() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        return Err(CliError::file(list.path(), missing));
    }
    // Before anything is made of it.
    let listed = list.read()?;
    let (manifest, leads) = block_on(async {
        let manifest = backup::restore(&command.from, &folder).await?;
        let leads = erase_again(&config, &own, &listed).await?;
        Ok((manifest, leads))
    })?;
    console.result(&Done {
        what: "restored",
        backup: &command.from,
        data: &folder,
        manifest,
        erased: Some(ErasedAgain {
            leads: list.path().is_file().then_some(leads),
            list: list.path().to_owned(),
        }),
    })?;
    Ok(Exit::Done)
}

/// Erases in the new data who stands in the list, and takes that over: it counts for
/// other backups as well.
async fn erase_again(config: &Config, own: &List, listed: &[Erasure]) -> Result<usize, CliError> {
    if listed.is_empty() {
        return Ok(0);
    }
    let known = own.read()?;
    let new = listed.iter().filter(|erasure| !known.contains(erasure));
    own.add(&new.cloned().collect::<Vec<_>>())?;
    let host = host(config, Clock::System, Ids::random()).await?;
    let again = agree(&host, own).await;
    host.store.close().await;
    Ok(again?)
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
