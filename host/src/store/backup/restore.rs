//! A backup is put back.

use std::fs::{self, File};
use std::path::Path;

use sqlx::{Connection, Executor};

use super::{
    BackupError, FORMAT, MANIFEST, Manifest, at, connect, examine, read_through, sync_folder,
};
use crate::private;
use crate::store::lock::FolderLock;
use crate::store::migrate::newest_migration;
use crate::store::pool::FILE;

/// Where the database grows until it is whole.
const RESTORING: &str = "stellwerk.db.restoring";
/// What a database leaves beside itself; of another one it would be mixed in.
const LEFT_BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// A manifest is a few lines.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024;

/// Makes a data folder of a backup. The data is checked on the way: size and
/// digest, SQLite's own structure, references, and the schema's age. The server
/// that starts on it brings the schema up to date.
///
/// # Errors
/// `Exists` where the folder has data; it is never overwritten.
pub async fn restore(backup: &Path, folder: &Path) -> Result<Manifest, BackupError> {
    let manifest = read_manifest(backup)?;
    private::make_folder(folder).map_err(at(folder))?;
    let lock = FolderLock::take(folder)?;
    let restored = put_back(backup, &manifest, folder).await;
    lock.release().map_err(at(folder))?;
    restored.map(|()| manifest)
}

fn read_manifest(backup: &Path) -> Result<Manifest, BackupError> {
    let path = backup.join(MANIFEST);
    let no_backup = |reason: String| BackupError::NoBackup {
        path: backup.to_owned(),
        reason,
    };
    let bytes = fs::metadata(&path)
        .map_err(|error| no_backup(format!("{MANIFEST}: {error}")))?
        .len();
    if bytes > MANIFEST_BYTES_MAX {
        return Err(no_backup(format!("{MANIFEST} has {bytes} bytes")));
    }
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| no_backup(format!("{MANIFEST}: {error}")))?;
    if manifest.format > FORMAT || manifest.schema > newest_migration() {
        return Err(BackupError::Newer {
            version: manifest.version,
            schema: manifest.schema,
        });
    }
    if manifest.file != FILE {
        return Err(no_backup(format!("it names {:?}", manifest.file)));
    }
    Ok(manifest)
}

async fn put_back(backup: &Path, manifest: &Manifest, folder: &Path) -> Result<(), BackupError> {
    for beside in LEFT_BESIDE {
        let there = folder.join(format!("{FILE}{beside}"));
        if there.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(there));
        }
    }
    let restoring = folder.join(RESTORING);
    let checked = copy_and_check(backup, manifest, &restoring).await;
    if checked.is_err() {
        // What is left is overwritten the next time.
        let _ = fs::remove_file(&restoring);
    }
    checked?;
    let whole = folder.join(FILE);
    fs::rename(&restoring, &whole).map_err(at(&whole))?;
    sync_folder(folder)
}

async fn copy_and_check(
    backup: &Path,
    manifest: &Manifest,
    restoring: &Path,
) -> Result<(), BackupError> {
    let damaged = |reason: String| BackupError::Damaged {
        path: backup.to_owned(),
        reason,
    };
    let path = backup.join(FILE);
    let source = File::open(&path).map_err(at(&path))?;
    let mut copy = File::create(restoring).map_err(at(restoring))?;
    let (bytes, sha256) = read_through(source, Some(&mut copy)).map_err(at(restoring))?;
    copy.sync_all().map_err(at(restoring))?;
    drop(copy);
    if bytes != manifest.bytes {
        return Err(damaged(format!(
            "{FILE} has {bytes} bytes of {}",
            manifest.bytes
        )));
    }
    if sha256 != manifest.sha256 {
        return Err(damaged(format!("{FILE} has another SHA-256: {sha256}")));
    }
    let content = examine(restoring).await?.map_err(damaged)?;
    if content.schema != manifest.schema || content.rows != manifest.rows {
        return Err(damaged(format!("{FILE} is not what {MANIFEST} tells")));
    }
    keep_a_log(restoring).await
}

/// As servers keep it, and as those who only read it cannot make it.
async fn keep_a_log(file: &Path) -> Result<(), BackupError> {
    let mut connection = connect(file).await?;
    connection.execute("PRAGMA journal_mode = WAL").await?;
    connection.close().await?;
    Ok(())
}
