//! Four times what a server can: it refuses early, what it takes is answered in
//! time, and right after the rush it is as fast as before. Server and clients have
//! a core each: what more clients cost the machine is not the server's doing.
//!
//! `cargo bench --bench overload`

use std::process::Command;
use std::time::{Duration, Instant};

use stellwerk_tests::load::{Figures, closed_loop};
use stellwerk_tests::{Server, contract, lead, on_both_databases};

const PARTNERS: usize = 100;
const CLIENTS: usize = 64;
/// So many clients can send four times as much as the server can do, as long as
/// it answers within a second.
const RUSHING: usize = 1_024;
const SPAN: Duration = Duration::from_secs(20);

fn main() {
    on_both_databases(|database| {
        println!("{}", database.name());
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let server = Server::start(binary, database, &contract(PARTNERS, 3));
        keep_on_core(0, server.process_id());
        keep_on_core(1, std::process::id());
        // What a host does once is not counted.
        load(&server, CLIENTS, None, 3);
        let before = load(&server, CLIENTS, None, 0);
        println!("  as much as it can  {before}");
        let interval = Duration::from_secs_f64(RUSHING as f64 / (4.0 * before.per_second()));
        let rush = load(&server, RUSHING, Some(interval), 1);
        println!("  four times as much {rush}");
        let after = load(&server, CLIENTS, None, 2);
        println!("  right after        {after}");
        let p99 = |figures: &Figures| figures.percentile(99).as_secs_f64();
        println!(
            "  p99 of what was taken {:.2}, throughput {:.2} of before; right after {:.2} and {:.2}",
            p99(&rush) / p99(&before),
            rush.per_second() / before.per_second(),
            p99(&after) / p99(&before),
            after.per_second() / before.per_second(),
        );
    });
}

/// All threads of a process, and those that it makes from now on.
fn keep_on_core(core: u32, process: u32) {
    let (core, process) = (core.to_string(), process.to_string());
    let done = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", &core, &process])
        .output();
    if !done.is_ok_and(|done| done.status.success()) {
        println!("  process {process} shares its core with others: taskset does not work here");
    }
}

/// Each client sends one request an interval, or its next when the last is
/// answered.
fn load(server: &Server, clients: usize, interval: Option<Duration>, round: u32) -> Figures {
    let token = server.secret();
    closed_loop(server.address(), clients, SPAN, |client| {
        let (begun, mut number) = (Instant::now(), 0);
        move |connection| {
            number += 1;
            if let Some(interval) = interval {
                // Evenly spread: each client has its turn.
                let share = client as f64 / clients as f64;
                let turn = interval.mul_f64(f64::from(number) - 1.0 + share);
                std::thread::sleep(turn.saturating_sub(begun.elapsed()));
            }
            let lead = lead(&format!("{round}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", token, &lead.to_string()))
        }
    })
}
