//! What a backup refuses.

use super::*;
use crate::domain::time::Micros;
use crate::store::{Store, StoreLimits, StoreSettings};

/// A data folder with a schema and nothing in it, and a backup of it.
async fn backed_up() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let settings = StoreSettings::Sqlite {
        folder: data.clone(),
    };
    let store = Store::open(&settings).await.unwrap();
    let backup = folder.path().join("backup");
    // The server's store is open meanwhile.
    take(&data, &backup, Micros(0)).await.unwrap();
    store.close().await;
    (folder, backup)
}

async fn refusal(backup: &Path, folder: &Path) -> String {
    restore(backup, folder).await.unwrap_err().to_string()
}

fn change(backup: &Path, from: &str, to: &str) {
    let path = backup.join(MANIFEST);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let (folder, backup) = backed_up().await;
    let data = folder.path().join("data");
    let again = take(&data, &backup, Micros(0)).await.unwrap_err();
    assert!(matches!(again, BackupError::Exists(_)), "{again}");
    assert!(refusal(&backup, &data).await.ends_with("is there already"));
    // Not even the log of a database that is gone.
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("stellwerk.db-wal"), "x").unwrap();
    let said = refusal(&backup, &other).await;
    assert!(
        said.ends_with("stellwerk.db-wal is there already"),
        "{said}"
    );
}

#[tokio::test]
async fn what_was_changed_is_not_restored() {
    let (folder, backup) = backed_up().await;
    let to = folder.path().join("to");
    let database = backup.join("stellwerk.db");
    let whole = std::fs::read(&database).unwrap();
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    std::fs::write(&database, &changed).unwrap();
    assert!(refusal(&backup, &to).await.contains("another SHA-256"));
    std::fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    assert!(refusal(&backup, &to).await.contains("bytes of"));
    std::fs::write(&database, &whole).unwrap();
    change(&backup, "\"leads\": 0", "\"leads\": 1");
    assert!(refusal(&backup, &to).await.contains("not what"));
    change(&backup, "\"leads\": 1", "\"leads\": 0");
    // Nothing of the refused ones is left over.
    restore(&backup, &to).await.unwrap();
}

#[tokio::test]
async fn a_newer_one_and_what_is_none_are_refused_with_the_reason() {
    let (folder, backup) = backed_up().await;
    let to = folder.path().join("to");
    change(&backup, "\"schema\": ", "\"schema\": 900");
    let said = refusal(&backup, &to).await;
    assert!(said.contains("newer than this"), "{said}");
    let said = refusal(folder.path(), &to).await;
    assert!(said.contains("is no backup: manifest.json"), "{said}");
    std::fs::write(backup.join(MANIFEST), "{}").unwrap();
    assert!(refusal(&backup, &to).await.contains("missing field"));
    assert!(!to.join("stellwerk.db").exists());
}

#[tokio::test]
async fn a_folder_that_is_served_is_not_restored_into() {
    let (folder, backup) = backed_up().await;
    let settings = StoreSettings::Sqlite {
        folder: folder.path().join("data"),
    };
    let _serving = Store::open(&settings).await.unwrap();
    let refused = restore(&backup, &folder.path().join("data")).await;
    assert!(
        matches!(refused, Err(BackupError::Store(Error::Held { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_restored_can_be_read_before_any_server_has_had_it() {
    let (folder, backup) = backed_up().await;
    let restored = folder.path().join("restored");
    restore(&backup, &restored).await.unwrap();
    let settings = StoreSettings::Sqlite { folder: restored };
    let limits = StoreLimits::default();
    let store = Store::open_beside(&settings, &limits).await.unwrap();
    assert!(store.manufacturers().await.unwrap().is_empty());
}
