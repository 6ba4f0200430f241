//! The harness of the whole-system tests: starts the real binary on a database
//! of its own and speaks HTTP with it.

mod bustle;
mod client;
pub mod consistency;
mod contract;
mod demands;
mod disk;
pub mod load;
mod matrix;
mod operators;
mod postgres;
mod proxy;
mod receipt;
mod requests;
mod rows;
mod server;
pub mod sqlite;
mod stored;
mod tenants;
mod trace;
mod watched;

use std::time::{Duration, Instant};

pub use bustle::{Account, Bustle, Chance, Done, Read};
pub use client::{Answer, Client};
pub use contract::{contract, lead, partner_code};
pub use demands::is_missing;
pub use disk::{SmallDisk, is_root};
pub use matrix::{Row, Table, tables};
pub use operators::series;
pub use postgres::{Encrypted, Postgres, postgres, postgres_over_tls, postgres_program};
pub use proxy::{AtCommit, Proxy};
pub use receipt::{Made, alter_receipt, strangers};
pub use requests::{Request, names, of_one_name, versions_in_c};
pub use server::{Database, Server, compiled, on_both_databases};
pub use tenants::{Caller, PERSON, ROLES, STANDINGS, Tenant, Tenants, document, partner_id, terms};
pub use trace::Trace;
pub use watched::STATEMENTS;

/// How long a condition may take to come true.
const WAIT_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// A number that a variable says; otherwise the usual one.
///
/// # Panics
/// Where it says something else.
pub fn variable(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().expect("a number"))
}

/// Waits for a condition, not for a time.
///
/// # Panics
/// Where it does not come true.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < WAIT_MAX, "{what}: waited in vain");
        std::thread::sleep(POLL);
    }
}
