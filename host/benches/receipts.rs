//! What receipts cost at intake: 64 clients send leads to a server that keeps them, and to
//! one whose database drops them, in turns. Making a receipt is in both; what it costs to
//! write question and answer down is in `policies`.
//!
//! `cargo bench --bench receipts`

use std::time::Duration;

use stellwerk_tests::load::{Figures, closed_loop};
use stellwerk_tests::{Database, Server, contract, lead, on_both_databases, postgres};

const PARTNERS: usize = 100;
const FIRST_WAVE: usize = 3;
const CLIENTS: usize = 64;
const ROUNDS: usize = 3;
const SPAN: Duration = Duration::from_secs(8);
const BINARY: &str = env!("CARGO_BIN_EXE_stellwerk");

fn main() {
    on_both_databases(|database| {
        let name = database.name();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let other = match &database {
            Database::Sqlite(_) => Database::Sqlite(folder.path().join("data")),
            Database::Postgres(_) => Database::Postgres(postgres().expect("a database")),
        };
        let start = |database| Server::start(BINARY, database, &contract(PARTNERS, FIRST_WAVE));
        let (keeping, dropping) = (start(database), start(other));
        drop_receipts(dropping.database());
        println!("{name}, {CLIENTS} clients, {PARTNERS} partners");
        // What a host does once is not counted.
        for server in [&keeping, &dropping] {
            leads(server, ROUNDS);
        }
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let without = leads(&dropping, round);
            let with = leads(&keeping, round);
            println!("  without {without}");
            println!("  with    {with}");
            ratios.push(without.per_second() / with.per_second());
        }
        assert_eq!(dropping.database().count("decision"), 0);
        ratios.sort_by(f64::total_cmp);
        println!(
            "  a lead with receipts per one without: {:.2} ({:.2} .. {:.2})",
            ratios[ROUNDS / 2],
            ratios[0],
            ratios[ROUNDS - 1]
        );
    });
}

/// From now on no decision is kept, nor what they have in common.
fn drop_receipts(database: &Database) {
    for table in ["decision", "model"] {
        database.execute(&match database {
            Database::Sqlite(_) => format!(
                "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN \
                 SELECT RAISE(IGNORE); END"
            ),
            Database::Postgres(_) => {
                format!("CREATE RULE no_{table} AS ON INSERT TO {table} DO INSTEAD NOTHING")
            }
        });
    }
}

fn leads(server: &Server, round: usize) -> Figures {
    closed_loop(server.address(), CLIENTS, SPAN, |client| {
        let mut number = 0;
        move |connection| {
            number += 1;
            let lead = lead(&format!("{round}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", server.secret(), &lead.to_string()))
        }
    })
}
