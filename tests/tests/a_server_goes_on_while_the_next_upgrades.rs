//! The next version brings the schema up to date while servers of this one go on:
//! nobody who asks them notices, and none of them starts again.

use crate::STELLWERK;
use stellwerk_tests::{Bustle, Database, Server, consistency, contract, on_both_databases, until};

const PARTNERS: usize = 3;
const SEED: u64 = 1871;
/// Between one statement and the next.
const LEADS: u64 = 4;
/// What a migration may do, as `migrations_only_add` has it, on what is written
/// most.
const MIGRATION: [&str; 6] = [
    "ALTER TABLE lead ADD COLUMN score BIGINT",
    "ALTER TABLE event ADD COLUMN seen SMALLINT NOT NULL DEFAULT 0",
    "CREATE TABLE hook (id TEXT NOT NULL PRIMARY KEY, address TEXT NOT NULL)",
    "CREATE INDEX lead_score ON lead (manufacturer, score)",
    "CREATE INDEX event_seen ON event (manufacturer, seen)",
    "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, success, checksum, \
     execution_time FROM _sqlx_migrations WHERE version = 1",
];

fn paying() -> String {
    let mut file = contract(PARTNERS, 2);
    file.push_str(
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n",
    );
    file
}

#[test]
fn nobody_notices_that_the_schema_grows() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database.clone(), &paying());
        let bustle = Bustle::begin(&[&server], PARTNERS, SEED);
        let goes_on = || {
            let enough = bustle.answered() + LEADS;
            bustle.let_in(LEADS);
            until("everybody goes on", || bustle.answered() >= enough);
        };
        goes_on();
        for statement in MIGRATION {
            database.execute(statement);
            goes_on();
        }
        if matches!(database, Database::Postgres(_)) {
            is_refused(&database);
        }
        let account = bustle.end(|| {
            until("everything is paid", || consistency::is_level(&database));
        });
        for done in &account.done {
            assert_eq!(done.tries, 1, "{done:?}");
        }
        let log = server.log();
        assert!(!log.contains("ERROR"), "{log}");
        server.stop();
        let contradictions = consistency::contradictions(&database);
        assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
        is_refused(&database);
    });
}

/// This version does not start any more.
fn is_refused(database: &Database) {
    let output = database
        .command(STELLWERK)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let why = "the data was written by a newer version of Stellwerk (migration 9999)";
    assert!(!output.status.success() && said.contains(why), "{said}");
}
