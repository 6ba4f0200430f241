//! Reminds, recalls and escalates by temperature, and holds the feedback gate.

mod policy;

pub use policy::{Config, Gate, Ladder};

stellwerk_plugin_sdk::export!(escalation: Ladder);
