//! Offers leads to the nearest partners.

mod policy;

pub use policy::{Config, Nearest};

stellwerk_plugin_sdk::export!(matching: Nearest);
