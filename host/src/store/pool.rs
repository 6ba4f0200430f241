//! Opening a database: SQLite in a data folder, or PostgreSQL by URL.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AnyPool, Connection, Executor};

use super::Error;
use super::writer::Writer;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Connections for reading; writing has one of its own besides.
const CONNECTIONS_MAX: u32 = 8;
const ACQUIRE_SECONDS_MAX: u64 = 10;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreSettings {
    /// A folder of this server's own, made if it is missing.
    Sqlite { folder: PathBuf },
    /// `postgres://user@host/database`; several hosts may share it.
    Postgres { url: String },
}

/// The database of this host. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: AnyPool,
    pub(super) engine: Engine,
    pub(super) writer: Writer,
    /// Held as long as the store is: a second server on one folder is refused.
    lock: Option<Arc<File>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// How a transaction that writes begins. A plain BEGIN on SQLite that reads
    /// first and then writes fails under load.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// What keeps two hosts from leasing one row.
    pub(super) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// `Held` when another server has the folder, `Newer` when a newer version
    /// wrote the data, `Unavailable` when it cannot be reached.
    pub async fn open(settings: &StoreSettings) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let (engine, url, lock) = match settings {
            StoreSettings::Sqlite { folder } => {
                std::fs::create_dir_all(folder)?;
                let lock = lock(folder)?;
                let file = folder.join("stellwerk.db");
                let url = format!("sqlite://{}?mode=rwc", file.display());
                (Engine::Sqlite, url, Some(Arc::new(lock)))
            }
            StoreSettings::Postgres { url } => (Engine::Postgres, url.clone(), None),
        };
        let options: AnyConnectOptions = url.parse().map_err(Error::Database)?;
        migrate(engine, &options).await?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS_MAX))
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                Box::pin(async move { prepare(engine, connection).await })
            })
            .connect_with(options)
            .await?;
        let writer = Writer::start(pool.clone(), engine);
        Ok(Self {
            pool,
            engine,
            writer,
            lock,
        })
    }

    /// Whether the database answers.
    pub async fn is_reachable(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Waits for what is being committed and closes all connections.
    pub async fn close(&self) {
        self.writer.finish().await;
        self.pool.close().await;
        if let Some(lock) = &self.lock
            && let Err(error) = lock.unlock()
        {
            // The end of the process gives it back.
            tracing::warn!("the data folder's lock could not be given back: {error}");
        }
    }
}

async fn prepare(engine: Engine, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    if engine == Engine::Sqlite {
        for pragma in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA busy_timeout = 5000",
        ] {
            connection.execute(pragma).await?;
        }
    }
    Ok(())
}

/// On a connection of its own that is closed whatever happens: a failed
/// migration would leave PostgreSQL's lock on a pooled one.
async fn migrate(engine: Engine, options: &AnyConnectOptions) -> Result<(), Error> {
    let mut connection = AnyConnection::connect_with(options).await?;
    prepare(engine, &mut connection).await?;
    let outcome = MIGRATIONS.run(&mut connection).await;
    connection.close().await?;
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::Newer(version),
        MigrateError::Execute(error) => error.into(),
        other => Error::Migration(other.to_string()),
    })
}

fn lock(folder: &Path) -> Result<File, Error> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("stellwerk.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Held(folder.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
