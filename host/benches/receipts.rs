//! What it costs at intake that every decision is kept: leads a second at 64 clients and
//! 100 partners with receipts stored and sealed, against the same server whose receipts go
//! nowhere. In both they are made and packed, for a policy's limits are held against what
//! it is told and answers.
//!
//! `cargo bench --bench receipts`

use std::time::Duration;

use stellwerk_tests::load::{Figures, closed_loop};
use stellwerk_tests::{Database, Server, contract, lead, on_both_databases};

const PARTNERS: usize = 100;
const FIRST_WAVE: usize = 3;
const CLIENTS: usize = 64;
const ROUNDS: usize = 5;
/// At most: without receipts it is so many times as fast.
const WANTED: f64 = 1.25;

fn main() {
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    on_both_databases(|database| {
        println!(
            "{}, {CLIENTS} clients, {PARTNERS} partners",
            database.name()
        );
        Server::start(binary, database.clone(), &contract(PARTNERS, FIRST_WAVE)).stop();
        // What a host does once is not counted, nor what an empty database is spared.
        measured(binary, &database, "first");
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let with = measured(binary, &database, &format!("{round}-with"));
            let_go(&database);
            let without = measured(binary, &database, &format!("{round}-without"));
            keep(&database);
            println!("  with    {with}\n  without {without}");
            ratios.push(without.per_second() / with.per_second());
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "  without receipts per with: {:.2} ({:.2} .. {:.2}), wanted at most {WANTED}",
            ratios[ROUNDS / 2],
            ratios[0],
            ratios[ROUNDS - 1]
        );
    });
}

/// A server takes leads in for a while.
fn measured(binary: &str, database: &Database, round: &str) -> Figures {
    let mut server = Server::of(binary, database.clone(), "maker", &[]);
    let span = Duration::from_secs(6);
    let figures = closed_loop(server.address(), CLIENTS, span, |client| {
        let token = server.secret().to_owned();
        let mut number = 0;
        move |connection| {
            number += 1;
            let lead = lead(&format!("{round}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", &token, &lead.to_string()))
        }
    });
    server.stop();
    assert!(figures.done() > 0, "nothing was taken in: {figures}");
    figures
}

/// What is written to the table of decisions goes nowhere from now on.
fn let_go(database: &Database) {
    database.execute("ALTER TABLE decision RENAME TO decision_kept");
    database.execute("CREATE VIEW decision AS SELECT * FROM decision_kept");
    database.execute(match database {
        Database::Sqlite(_) => {
            "CREATE TRIGGER let_go INSTEAD OF INSERT ON decision BEGIN SELECT 1; END"
        }
        Database::Postgres(_) => "CREATE RULE let_go AS ON INSERT TO decision DO INSTEAD NOTHING",
    });
}

/// It is kept again.
fn keep(database: &Database) {
    database.execute("DROP VIEW decision");
    database.execute("ALTER TABLE decision_kept RENAME TO decision");
}
