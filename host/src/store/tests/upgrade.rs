//! Migrations on PostgreSQL, while a host of the version before serves.

use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Executor, Row};
use stellwerk_tests::postgres;

use crate::store::{Store, StoreSettings};

/// As if the migration that makes this index had not run yet.
const UNDO: &str = "DROP INDEX claim_held; DELETE FROM _sqlx_migrations WHERE version = 4";
/// An index is not made before this is over.
const WRITE: &str = "BEGIN; LOCK TABLE claim IN ROW EXCLUSIVE MODE";
const WAITING: &str = "SELECT count(*) FROM pg_locks \
    WHERE NOT granted AND relation = 'claim'::regclass";

async fn count(connection: &mut AnyConnection, text: &'static str) -> i64 {
    connection.fetch_one(text).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_waits_for_a_table_holds_nobody_up_for_long() {
    let Some(url) = postgres() else { return };
    let settings = StoreSettings::Postgres { url: url.clone() };
    let serving = Store::open(&settings).await.unwrap();
    let options: AnyConnectOptions = url.parse().unwrap();
    let mut beside = AnyConnection::connect_with(&options).await.unwrap();
    beside.execute(UNDO).await.unwrap();
    let mut writing = AnyConnection::connect_with(&options).await.unwrap();
    writing.execute(WRITE).await.unwrap();
    let upgrade = tokio::spawn({
        let settings = settings.clone();
        async move { Store::open(&settings).await }
    });
    while count(&mut beside, WAITING).await == 0 {
        assert!(!upgrade.is_finished());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // This queues behind the index, which is not there yet.
    sqlx::query("DELETE FROM claim WHERE manufacturer = 'nobody'")
        .execute(&serving.pool)
        .await
        .unwrap();
    assert!(!upgrade.is_finished());
    writing.execute("COMMIT").await.unwrap();
    upgrade.await.unwrap().unwrap();
    let made = "SELECT count(*) FROM pg_indexes WHERE indexname = 'claim_held'";
    assert_eq!(count(&mut beside, made).await, 1);
    // The next that starts finds nobody at it.
    Store::open(&settings).await.unwrap();
}
