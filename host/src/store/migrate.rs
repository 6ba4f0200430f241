//! The schema is brought up to date, while hosts of the version before may go on
//! serving.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use sqlx::any::AnyConnectOptions;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::{AnyConnection, Connection, Executor};

use super::Error;
use super::connections::{Connections, too_slow};
use super::outage::{Outage, Trouble};
use super::pool::{Engine, prepare};
use super::sql::Columns;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long migrations may wait for the host that has begun them, or for tables.
const WAIT_MAX: Duration = Duration::from_secs(600);
/// How long one statement of them may wait for a table on PostgreSQL, in
/// milliseconds. Whatever others want of the table queues behind it meanwhile.
const TABLE_WAIT_MS_MAX: u32 = 2_000;
/// Between two tries, for what has queued.
const PAUSE: Duration = Duration::from_secs(2);

/// The newest schema that this version knows.
pub(super) fn newest_migration() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// Whether the schema is the one that this version reads and writes.
///
/// # Errors
/// `Older` and `Newer` where it is another.
pub(super) async fn is_current(pool: &Connections) -> Result<(), Error> {
    let row = sqlx::query("SELECT max(version) AS version FROM _sqlx_migrations")
        .fetch_one(pool)
        .await?;
    let version = Columns(&row).maybe_integer("version")?.unwrap_or_default();
    match version.cmp(&newest_migration()) {
        Ordering::Less => Err(Error::Older(version)),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Error::Newer(version)),
    }
}

/// On a connection of its own that is closed whatever happens: a failed
/// migration would leave PostgreSQL's lock on a pooled one.
pub(super) async fn migrate(
    engine: Engine,
    options: &AnyConnectOptions,
    connect_max: Duration,
) -> Result<(), Error> {
    let connect = AnyConnection::connect_with(options);
    let mut connection = tokio::time::timeout(connect_max, connect)
        .await
        .map_err(|_| too_slow(connect_max))??;
    prepare(engine, &mut connection, WAIT_MAX).await?;
    let outcome = run(engine, &mut connection).await;
    connection.close().await?;
    outcome.map_err(|error| match (outage(&error), error) {
        (Some(trouble), _) => Error::Unavailable(trouble),
        (None, MigrateError::VersionMissing(version)) => Error::Newer(version),
        (None, MigrateError::Execute(error)) => error.into(),
        (None, other) => Error::Migration(other.to_string()),
    })
}

async fn run(engine: Engine, connection: &mut AnyConnection) -> Result<(), MigrateError> {
    if engine == Engine::Postgres {
        // For the host that has begun them there is all the time there is. The
        // lock is taken once more below, by the same session, and goes with it.
        connection.lock().await?;
        let impatient = format!("SET lock_timeout = {TABLE_WAIT_MS_MAX}");
        connection
            .execute(sqlx::AssertSqlSafe(impatient))
            .await
            .map_err(MigrateError::Execute)?;
    }
    let begin = Instant::now();
    loop {
        // `run` on a borrowed connection makes a future that cannot be sent.
        let ran = MIGRATIONS.run_direct(None, connection, false).await;
        let Err(error) = ran else { return Ok(()) };
        let is_locked = outage(&error).is_some_and(|trouble| trouble.outage == Outage::Locked);
        // A folder is this process's own: who holds a file of it does not belong there.
        if engine != Engine::Postgres || !is_locked || begin.elapsed() > WAIT_MAX {
            return Err(error);
        }
        tracing::warn!(
            pause_ms = PAUSE.as_millis() as u64,
            "others hold a table that a migration changes; it is tried again: {error}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

/// What keeps a migration from being done for the time being.
fn outage(error: &MigrateError) -> Option<Trouble> {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            Trouble::of(error)
        }
        _ => None,
    }
}
