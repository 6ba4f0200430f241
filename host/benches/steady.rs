//! Memory and speed over ten minutes at full rate: the last minute against the
//! second one.
//!
//! `cargo bench --bench steady`, shorter with the seconds: `-- 60`

use std::time::Duration;

use stellwerk_tests::load::{Figures, closed_loop, resident};
use stellwerk_tests::{Database, Server, contract, lead};

const PARTNERS: usize = 100;
const CLIENTS: usize = 64;
const PARTS: u32 = 10;
const SECONDS_DEFAULT: u64 = 600;

fn main() {
    let seconds = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(SECONDS_DEFAULT);
    let part = Duration::from_secs(seconds) / PARTS;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    let database = Database::Sqlite(folder.path().join("data"));
    let server = Server::start(binary, database, &contract(PARTNERS, 3));
    let mut parts: Vec<(Figures, u64)> = Vec::new();
    for number in 0..PARTS {
        let figures = load(&server, part, number);
        let memory = resident(server.process_id());
        println!("  {figures}, resident {} MiB", memory / 1024 / 1024);
        parts.push((figures, memory));
    }
    let (second, last) = (&parts[1], &parts[PARTS as usize - 1]);
    println!(
        "  the last part per second part: memory {:.2}, throughput {:.2}, p99 {:.2}",
        last.1 as f64 / second.1 as f64,
        last.0.per_second() / second.0.per_second(),
        last.0.percentile(99).as_secs_f64() / second.0.percentile(99).as_secs_f64(),
    );
}

fn load(server: &Server, span: Duration, part: u32) -> Figures {
    let token = server.secret();
    closed_loop(server.address(), CLIENTS, span, |client| {
        let mut number = 0;
        move |connection| {
            number += 1;
            let lead = lead(&format!("{part}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", token, &lead.to_string()))
        }
    })
}
