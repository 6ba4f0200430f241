//! Adds a bonus to what was earned, or takes a malus off it, by measures.

mod policy;

pub use policy::{Base, Better, BonusMalus, Config, Corridor, Criterion, KnockOut, Paid};

stellwerk_plugin_sdk::export!(compensation: BonusMalus);
