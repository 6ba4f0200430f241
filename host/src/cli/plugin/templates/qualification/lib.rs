//! Takes leads whose contact can be reached.

mod policy;

pub use policy::{Config, Reachable};

stellwerk_plugin_sdk::export!(qualification: Reachable);
