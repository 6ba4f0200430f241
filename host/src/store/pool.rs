//! Opening a database: SQLite in a data folder, or PostgreSQL by URL.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Executor};

use super::Error;
use super::connections::{Connections, too_slow};
use super::file::DataFile;
use super::lock::FolderLock;
use super::migrate::{is_current, migrate};
use super::writer::Writer;
use crate::private;

/// The database in a data folder.
pub(super) const FILE: &str = "stellwerk.db";

/// How long another process may hold an embedded database.
const LOCKED_MAX: Duration = Duration::from_secs(5);
/// A database that needs longer for next to nothing is not ready.
const READY_MAX: Duration = Duration::from_secs(2);

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreSettings {
    /// A folder of this server's own, made if it is missing, for its owner alone.
    Sqlite { folder: PathBuf },
    /// `postgres://user@host/database`; several hosts may share it.
    Postgres { url: String },
}

impl StoreSettings {
    /// How to connect; a data folder's file in SQLite's mode of that name.
    fn options(&self, mode: &str) -> Result<(Engine, AnyConnectOptions), Error> {
        sqlx::any::install_default_drivers();
        let (engine, url) = match self {
            Self::Sqlite { folder } => {
                let file = folder.join(FILE);
                let url = format!("sqlite://{}?mode={mode}", file.display());
                (Engine::Sqlite, url)
            }
            Self::Postgres { url } => (Engine::Postgres, url.clone()),
        };
        Ok((engine, url.parse().map_err(Error::Database)?))
    }
}

/// How much of the database one host uses at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StoreLimits {
    /// Connections; the writer takes one of them when it commits.
    pub connections_max: u32,
    /// How long a statement may wait for a connection.
    pub acquire_seconds_max: u64,
    /// How long the database may take for a statement, or for a commit.
    pub answer_seconds_max: u64,
    /// Commands that may wait to be committed; more are refused as overload.
    pub waiting_max: usize,
    /// Commands in one transaction.
    pub group_max: usize,
    /// Nobody sets it: the data is worth nothing after a crash, so that no commit waits for
    /// the disk.
    #[serde(skip)]
    pub may_be_lost: bool,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self {
            connections_max: 8,
            acquire_seconds_max: 10,
            answer_seconds_max: 20,
            waiting_max: 4_096,
            group_max: 256,
            may_be_lost: false,
        }
    }
}

impl StoreLimits {
    pub(super) fn acquire_time(&self) -> Duration {
        Duration::from_secs(self.acquire_seconds_max)
    }

    pub(super) fn answer_time(&self) -> Duration {
        Duration::from_secs(self.answer_seconds_max)
    }
}

/// The database of this host. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: Connections,
    pub(super) engine: Engine,
    pub(super) writer: Writer,
    /// Where changes that other hosts make are heard of; nowhere on SQLite.
    pub(super) listens_at: Option<PgConnectOptions>,
    /// Held as long as the store is: a second server on one folder is refused.
    lock: Option<Arc<FolderLock>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engine at the other end of a connection.
    pub(super) fn of(connection: &AnyConnection) -> Self {
        match connection.backend_name() {
            "PostgreSQL" => Self::Postgres,
            _ => Self::Sqlite,
        }
    }

    /// Places of values for a statement that has no others, from the number
    /// `first` on. SQLite looks a name up among all names of a statement, so that
    /// hundreds of them cost more than the rows that they stand for.
    pub(super) fn places(self, first: usize, count: usize) -> String {
        match self {
            Self::Sqlite => vec!["?"; count].join(", "),
            Self::Postgres => super::sql::numbered(first, count),
        }
    }

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
        Self::open_within(settings, &StoreLimits::default()).await
    }

    /// As [`Self::open`], with limits of its own.
    pub async fn open_within(
        settings: &StoreSettings,
        limits: &StoreLimits,
    ) -> Result<Self, Error> {
        let lock = match settings {
            StoreSettings::Sqlite { folder } => {
                let lock = private::make_folder(folder)
                    .map_err(Error::folder(folder))
                    .and_then(|()| FolderLock::take(folder))?;
                Some(Arc::new(lock))
            }
            StoreSettings::Postgres { .. } => None,
        };
        let (engine, options) = settings.options("rwc")?;
        migrate(engine, &options, limits.acquire_time()).await?;
        Self::connect(settings, limits, options, lock).await
    }

    /// Opens a database beside the server that may be working on it, to read: it is
    /// neither made nor changed.
    ///
    /// # Errors
    /// `Older` or `Newer` where another version wrote it.
    pub async fn open_beside(
        settings: &StoreSettings,
        limits: &StoreLimits,
    ) -> Result<Self, Error> {
        let (_, options) = settings.options("ro")?;
        let store = Self::connect(settings, limits, options, None).await?;
        is_current(&store.pool).await?;
        Ok(store)
    }

    async fn connect(
        settings: &StoreSettings,
        limits: &StoreLimits,
        options: AnyConnectOptions,
        lock: Option<Arc<FolderLock>>,
    ) -> Result<Self, Error> {
        let (engine, listens_at, file) = match settings {
            StoreSettings::Sqlite { folder } => {
                let file = DataFile::of(&folder.join(FILE));
                let file = file.map_err(Error::folder(folder))?;
                (Engine::Sqlite, None, Some(file))
            }
            StoreSettings::Postgres { url } => {
                let listens_at = url.parse().map_err(Error::Database)?;
                (Engine::Postgres, Some(listens_at), None)
            }
        };
        let pool = Connections::open(engine, options, limits, file).await?;
        let writer = Writer::start(pool.clone(), engine, limits);
        Ok(Self {
            pool,
            engine,
            writer,
            listens_at,
            lock,
        })
    }

    /// Whether the folder holds data.
    pub fn is_there(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Tells those who find the data folder held where to turn to.
    pub fn announce(&self, address: &str) -> Result<(), Error> {
        self.lock
            .as_ref()
            .map_or(Ok(()), |lock| lock.announce(address))
    }

    /// Whether the database answers and takes commits.
    ///
    /// # Errors
    /// What is the matter with it.
    pub async fn is_ready(&self) -> Result<(), Error> {
        self.writer.is_well()?;
        let asked = sqlx::query("SELECT 1 FROM feed LIMIT 1").fetch_optional(&self.pool);
        match tokio::time::timeout(READY_MAX, asked).await {
            Ok(answer) => {
                answer?;
                Ok(())
            }
            Err(_) => Err(too_slow(READY_MAX).into()),
        }
    }

    /// Waits for what is being committed and closes all connections.
    pub async fn close(&self) {
        self.writer.finish().await;
        self.pool.close().await;
        if let Some(lock) = &self.lock
            && let Err(error) = lock.release()
        {
            // The end of the process gives it back.
            tracing::warn!("the data folder's lock could not be given back: {error}");
        }
    }
}

/// Has commits on a connection that is set up wait for no disk.
pub(super) async fn let_be_lost(
    engine: Engine,
    connection: &mut AnyConnection,
) -> Result<(), sqlx::Error> {
    if engine == Engine::Sqlite {
        connection.execute("PRAGMA synchronous = OFF").await?;
    }
    Ok(())
}

/// Sets up a connection that statements are going to have `answer_max` on.
pub(super) async fn prepare(
    engine: Engine,
    connection: &mut AnyConnection,
    answer_max: Duration,
) -> Result<(), sqlx::Error> {
    match engine {
        Engine::Sqlite => {
            for pragma in [
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                // What is deleted is written over with zeros.
                "PRAGMA secure_delete = ON",
                // Pages. A page that many commits have changed goes into the file
                // once; 64 MiB are read again after a crash.
                "PRAGMA wal_autocheckpoint = 16384",
                // KiB, so that a large commit is written once, at its end.
                "PRAGMA cache_size = -16384",
            ] {
                connection.execute(pragma).await?;
            }
            // Told as a lock before the whole answer is given up.
            let millis = LOCKED_MAX.min(answer_max / 2).as_millis();
            let busy = format!("PRAGMA busy_timeout = {millis}");
            connection.execute(AssertSqlSafe(busy)).await?;
        }
        Engine::Postgres => {
            // A host that is cut off in the middle of a commit must not hold the
            // others' locks for longer. No statement_timeout: it could end the
            // wait for a standby, and a commit would be confirmed all the same.
            let millis = answer_max.as_millis();
            let settings = format!(
                "SET idle_in_transaction_session_timeout = {millis}; SET lock_timeout = {millis}"
            );
            connection.execute(AssertSqlSafe(settings)).await?;
        }
    }
    Ok(())
}
