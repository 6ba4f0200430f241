//! Ranks partners by a weighted score, by size of project, in waves.

mod policy;

pub use policy::{Config, Waves, WeightedMatching, Weights};

stellwerk_plugin_sdk::export!(matching: WeightedMatching);
