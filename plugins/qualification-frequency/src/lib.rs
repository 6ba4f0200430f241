//! Scores leads by how earlier ones with the same values have ended.

mod policy;

pub use policy::{Config, Counts, FieldCounts, Frequency, ValueCount};

stellwerk_plugin_sdk::export!(qualification: Frequency);
