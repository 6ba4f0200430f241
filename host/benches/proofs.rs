//! Decisions asked again and checked against their seals, per second and core: those of
//! leads that came in just before, which a server decided and kept at the pace that is the
//! baseline.
//!
//! `cargo bench --bench proofs`

use std::time::Duration;

use serde_json::Value;
use stellwerk_tests::load::closed_loop;
use stellwerk_tests::{Server, contract, lead, on_both_databases, until};

const CLIENTS: usize = 16;
const PARTNERS: usize = 100;
const SPAN: Duration = Duration::from_secs(10);
const BINARY: &str = env!("CARGO_BIN_EXE_stellwerk");
/// What waits is sealed at once.
const SETTINGS: [(&str, &str); 1] = [("STELLWERK_SEALS_EVERY_MS", "100")];

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    on_both_databases(|database| {
        println!("{}, {PARTNERS} partners, {cores} cores", database.name());
        let mut server = Server::start_with(BINARY, database, &contract(PARTNERS, 3), &SETTINGS);
        let (address, token) = (server.address(), server.secret());
        let figures = closed_loop(address, CLIENTS, SPAN, |client| {
            let mut number = 0;
            move |connection| {
                number += 1;
                let lead = lead(&format!("{client}-{number}")).to_string();
                Some(connection.send("POST", "/api/v1/leads", token, &lead))
            }
        });
        let decisions = server.database().count("decision");
        let made = decisions as f64 / SPAN.as_secs_f64() / cores as f64;
        let leads = figures.per_second();
        println!(
            "  made      {made:7.0} decisions a second and core, of {leads:.0} leads a second"
        );
        until("everything is sealed", || {
            server
                .database()
                .count("feed WHERE decisions > (SELECT max(last_decision) FROM seal)")
                == 0
        });
        server.stop();
        let one_core = ["--at-once", "1", "--output", "json"];
        let replayed = run(&server, &[&["replay", "--all"], &one_core[..]].concat());
        assert_eq!(replayed["holds"], true, "{replayed:#}");
        print("replayed", &replayed["per-second"], made);
        let verified = run(&server, &["audit", "verify", "--output", "json"]);
        assert_eq!(verified["is-sound"], true, "{verified:#}");
        print("verified", &verified["receipts-per-second"], made);
    });
}

fn run(server: &Server, arguments: &[&str]) -> Value {
    serde_json::from_str(&server.run(arguments)).expect("a document")
}

fn print(what: &str, per_second: &Value, made: f64) {
    let per_second = per_second.as_f64().expect("a number");
    println!(
        "  {what}  {per_second:7.0} decisions a second and core, {:.1} times those made",
        per_second / made
    );
}
