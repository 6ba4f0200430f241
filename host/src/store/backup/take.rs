//! A backup is taken.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{
    BackupError, FORMAT, MANIFEST, Manifest, at, connect, examine, read_through, sync_folder,
};
use crate::domain::time::Micros;
use crate::private;
use crate::store::pool::FILE;

/// Copies the data folder's database, as it is at one instant, into a new folder
/// `target`; the folder is there whole or not at all.
///
/// The server goes on meanwhile: SQLite lets a reader keep its view while others
/// write. So this does not take the data folder's lock, and a folder that nobody
/// serves is copied the same way.
///
/// # Errors
/// `Exists` where something is at `target`.
pub async fn take(folder: &Path, target: &Path, now: Micros) -> Result<Manifest, BackupError> {
    if target.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let target = std::path::absolute(target).map_err(at(target))?;
    let partial = beside(&target);
    // There are persons in what comes into it.
    private::make_new_folder(&partial).map_err(at(&partial))?;
    let taken = fill(folder, &partial, now).await.and_then(|manifest| {
        fs::rename(&partial, &target).map_err(at(&target))?;
        sync_folder(target.parent().unwrap_or(Path::new("/")))?;
        Ok(manifest)
    });
    if taken.is_err() {
        // What cannot be removed has a name that says what it is.
        let _ = fs::remove_dir_all(&partial);
    }
    taken
}

/// Where the backup grows until it is whole.
fn beside(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(format!(".partial-{}", std::process::id()));
    name.into()
}

async fn fill(folder: &Path, partial: &Path, now: Micros) -> Result<Manifest, BackupError> {
    let copy = partial.join(FILE);
    let Some(copied) = copy.to_str() else {
        return Err(BackupError::NoBackup {
            path: copy,
            reason: "its name is no text".to_owned(),
        });
    };
    let mut connection = connect(&folder.join(FILE)).await?;
    let vacuumed = sqlx::query("VACUUM INTO $1")
        .bind(copied)
        .execute(&mut connection)
        .await;
    let closed = sqlx::Connection::close(connection).await;
    vacuumed?;
    closed?;
    let content = examine(&copy)
        .await?
        .map_err(|reason| BackupError::Damaged {
            path: folder.to_owned(),
            reason,
        })?;
    let file = File::open(&copy).map_err(at(&copy))?;
    // SQLite leaves that to whoever wants the copy to last.
    file.sync_all().map_err(at(&copy))?;
    let (bytes, sha256) = read_through(file, None).map_err(at(&copy))?;
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: content.schema,
        taken_at: now.to_string(),
        file: FILE.to_owned(),
        bytes,
        sha256,
        rows: content.rows,
    };
    let path = partial.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    fs::write(&path, text + "\n")
        .and_then(|()| File::open(&path)?.sync_all())
        .map_err(at(&path))?;
    sync_folder(partial)?;
    Ok(manifest)
}
