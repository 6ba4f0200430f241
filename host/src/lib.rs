pub mod access;
pub mod apply;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contracts;
pub mod demo;
pub mod domain;
pub mod host;
pub mod http;
pub mod pay;
pub mod policy;
pub mod routing;
pub mod store;
pub mod telemetry;
#[cfg(test)]
mod testing;
pub mod trial;
pub mod worker;
