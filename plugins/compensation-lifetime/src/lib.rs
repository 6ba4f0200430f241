//! Pays over the life of a customer: clawback and reserve, draw, tranches.

mod policy;

pub use policy::{Commission, Config, Draw, Lifetime, Tranches};

stellwerk_plugin_sdk::export!(compensation: Lifetime);
