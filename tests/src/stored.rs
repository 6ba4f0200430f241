//! All that a database has stored, as it lies there.

use std::path::{Path, PathBuf};

use crate::{Database, postgres_program};

impl Database {
    /// Names with bytes: files as they are, SQLite's log among them; tables of PostgreSQL,
    /// line by line.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn stored(&self) -> Vec<(String, Vec<u8>)> {
        match self {
            Self::Sqlite(folder) => files(folder)
                .into_iter()
                .map(|path| {
                    let bytes = std::fs::read(&path).expect("a file");
                    (path.display().to_string(), bytes)
                })
                .collect(),
            Self::Postgres(url) => {
                let mut dump = postgres_program("pg_dump");
                let dump = dump.args(["--inserts", url]).output().expect("pg_dump");
                assert!(dump.status.success());
                let lines = dump.stdout.split(|byte| *byte == b'\n');
                lines
                    .map(|line| {
                        let text = String::from_utf8_lossy(line);
                        (text.chars().take(60).collect(), line.to_vec())
                    })
                    .collect()
            }
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .collect()
}
