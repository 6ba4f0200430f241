//! Backups of a data folder: taken while its server runs, and put back into an
//! empty one.
//!
//! A backup is a folder with a database, complete and without a log beside it,
//! and with a manifest that tells whether it still is what it was.

mod restore;
mod take;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor, Row};

use super::Error;
use crate::domain::digest::Pieces;

pub use self::restore::restore;
pub use self::take::take;

/// The manifest in a backup.
pub const MANIFEST: &str = "manifest.json";
/// How backups are laid out; a later one may be unknown to this version.
const FORMAT: u32 = 1;
/// Bytes that are copied or digested at once.
const PIECE_BYTES: usize = 1024 * 1024;
/// Tables whose rows are counted, for people to recognise the data by.
const COUNTED: [&str; 4] = ["manufacturer", "lead", "event", "posting"];

/// What a backup is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    pub format: u32,
    /// Of Stellwerk.
    pub version: String,
    /// The last migration that the data has seen.
    pub schema: i64,
    /// RFC 3339.
    pub taken_at: String,
    /// The database, beside the manifest.
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    pub rows: Rows,
}

/// How much of what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rows {
    pub manufacturers: i64,
    pub leads: i64,
    pub events: i64,
    pub postings: i64,
}

/// Why there is no backup, or no data from one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is ever overwritten.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    #[error("{} is no backup: {reason}", path.display())]
    NoBackup { path: PathBuf, reason: String },
    #[error("the backup in {} is damaged: {reason}", path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "the backup was taken by Stellwerk {version} (schema {schema}), which is newer than this; \
         restore it with that version or a newer one"
    )]
    Newer { version: String, schema: i64 },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    |source| BackupError::File {
        path: path.to_owned(),
        source,
    }
}

/// A connection to a database file that is there, apart from any pool.
async fn connect(file: &Path) -> Result<AnyConnection, BackupError> {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rw", file.display());
    let options: AnyConnectOptions = url.parse().map_err(Error::from)?;
    let mut connection = AnyConnection::connect_with(&options).await?;
    connection.execute("PRAGMA busy_timeout = 5000").await?;
    Ok(connection)
}

/// What a database file holds.
struct Content {
    schema: i64,
    rows: Rows,
}

/// Reads a whole database file, and says what is wrong with it.
async fn examine(file: &Path) -> Result<Result<Content, String>, BackupError> {
    let mut connection = connect(file).await?;
    let examined = examine_on(&mut connection).await;
    connection.close().await?;
    examined
}

async fn examine_on(
    connection: &mut AnyConnection,
) -> Result<Result<Content, String>, BackupError> {
    let row = connection.fetch_one("PRAGMA integrity_check(1)").await?;
    let said: String = row.try_get(0)?;
    if said != "ok" {
        return Ok(Err(said));
    }
    if let Some(row) = connection
        .fetch_optional("PRAGMA foreign_key_check")
        .await?
    {
        let table: String = row.try_get(0)?;
        return Ok(Err(format!(
            "a row of {table} names another that is missing"
        )));
    }
    let row = connection
        .fetch_one("SELECT max(version) FROM _sqlx_migrations")
        .await?;
    let schema = row.try_get(0)?;
    let mut counts = [0; COUNTED.len()];
    for (count, table) in counts.iter_mut().zip(COUNTED) {
        let text = format!("SELECT count(*) FROM {table}");
        let row = super::sql::statement(text)
            .fetch_one(&mut *connection)
            .await?;
        *count = row.try_get(0)?;
    }
    let [manufacturers, leads, events, postings] = counts;
    Ok(Ok(Content {
        schema,
        rows: Rows {
            manufacturers,
            leads,
            events,
            postings,
        },
    }))
}

/// Reads a file to its end; copies it where a copy is wanted. Answers size and
/// digest.
fn read_through(mut file: File, mut copy: Option<&mut File>) -> io::Result<(u64, String)> {
    let mut pieces = Pieces::default();
    let mut piece = vec![0; PIECE_BYTES];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, pieces.digest()));
        }
        pieces.add(&piece[..read]);
        bytes += read as u64;
        if let Some(copy) = copy.as_mut() {
            copy.write_all(&piece[..read])?;
        }
    }
}

/// Makes what was done in a folder last.
fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    // Elsewhere folders cannot be opened, and need not be.
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))?;
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests;
