//! How soon a server is ready and what it takes at rest, with the four policies
//! of a contract in use; against a bare server on the same database.
//!
//! `cargo bench --bench start`

mod bare;

use std::time::{Duration, Instant};

use stellwerk_tests::load::resident;
use stellwerk_tests::{Database, Server, contract, lead};

const TIMES: usize = 9;

const PAID: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
configuration = { rate = 20000 }
"#;

fn main() {
    if bare::was_asked_to_serve() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    let database = Database::Sqlite(folder.path().join("data"));
    let contract = format!("{}{PAID}", contract(20, 3));
    let mut server = Server::start(binary, database, &contract);
    let (mut ready, mut at_rest) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        server.stop();
        let begun = Instant::now();
        server = server.beside();
        while server.manufacturer().get("/health/ready").status != 200 {
            std::thread::yield_now();
        }
        ready.push(begun.elapsed());
        // All policies of routing are in use after a lead.
        let lead = lead(&ready.len().to_string());
        let received = server.manufacturer().post("/api/v1/leads", &lead);
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        at_rest.push(resident(server.process_id()));
    }
    let bare: Vec<Duration> = (0..TIMES)
        .map(|time| {
            let file = folder.path().join(format!("bare-{time}.db"));
            let begun = Instant::now();
            let bare = bare::Bare::start(&format!("sqlite://{}?mode=rwc", file.display()));
            let span = begun.elapsed();
            drop(bare);
            span
        })
        .collect();
    let median = |mut spans: Vec<Duration>| {
        spans.sort_unstable();
        spans[spans.len() / 2].as_secs_f64() * 1e3
    };
    let (ready, bare) = (median(ready), median(bare));
    at_rest.sort_unstable();
    let memory = at_rest[TIMES / 2] as f64 / 1024.0 / 1024.0;
    println!(
        "  ready after {ready:.0} ms, {:.1} times a bare server ({bare:.0} ms)",
        ready / bare
    );
    println!("  resident after a lead, at rest: {memory:.0} MiB");
}
