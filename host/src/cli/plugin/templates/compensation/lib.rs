//! Pays a share of what is won.

mod policy;

pub use policy::{Commission, Config};

stellwerk_plugin_sdk::export!(compensation: Commission);
