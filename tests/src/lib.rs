//! The harness of the whole-system tests: starts the real binary on a database
//! of its own and speaks HTTP with it.

mod contract;
mod postgres;
mod server;

pub use contract::{contract, partner_code};
pub use postgres::postgres;
pub use server::{Answer, Client, Database, Server, compiled, on_both_databases};
