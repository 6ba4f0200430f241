//! Gives points for working cold leads, and turns them into marketing funds.

mod policy;

pub use policy::{Config, Contact, Expire, Fund, Points, Temperatures};

stellwerk_plugin_sdk::export!(compensation: Points);
