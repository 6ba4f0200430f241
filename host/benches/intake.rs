//! Durable intake at 64 clients: a lead is kept, assessed, ranked among 100
//! partners, offered and given its deadlines, with a receipt for each question,
//! in one commit on disk; against a bare server that inserts one row a request
//! with the same durability.
//!
//! `cargo bench --bench intake`

mod bare;

use std::time::Duration;

use stellwerk_tests::load::{Figures, closed_loop};
use stellwerk_tests::{Server, contract, lead, on_both_databases};

const PARTNERS: usize = 100;
const FIRST_WAVE: usize = 3;
const CLIENTS: usize = 64;
const ROUNDS: usize = 3;

fn main() {
    if bare::was_asked_to_serve() {
        return;
    }
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = database.name();
        let url = bare::url_beside(&database, folder.path());
        let bare = bare::Bare::start(&url);
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let server = Server::start(binary, database, &contract(PARTNERS, FIRST_WAVE));
        println!("{name}, {CLIENTS} clients, {PARTNERS} partners");
        // What a host does once is not counted.
        leads(server.address(), server.secret(), ROUNDS);
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let plain = leads(&bare.address, "none", round);
            let routed = leads(server.address(), server.secret(), round);
            println!("  bare      {plain}");
            println!("  stellwerk {routed}");
            ratios.push(routed.per_second() / plain.per_second());
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "  intake per bare insert: {:.2} ({:.2} .. {:.2})",
            ratios[ROUNDS / 2],
            ratios[0],
            ratios[ROUNDS - 1]
        );
    });
}

fn leads(address: &str, token: &str, round: usize) -> Figures {
    closed_loop(address, CLIENTS, span(), |client| {
        let mut number = 0;
        move |connection| {
            number += 1;
            let lead = lead(&format!("{round}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", token, &lead.to_string()))
        }
    })
}

fn span() -> Duration {
    Duration::from_secs(10)
}
