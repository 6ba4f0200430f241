//! Makes the next wave when nobody claims, and limits open leads.

mod policy;

pub use policy::{Config, Waves};

stellwerk_plugin_sdk::export!(escalation: Waves);
