//! Pays by tiers of sales, or by how far targets are reached.

mod policy;

pub use policy::{
    Accelerator, Actual, AmountTier, Attainment, Base, Config, Goal, RateTier, Sales, Tiers,
    TiersPlan,
};

stellwerk_plugin_sdk::export!(compensation: TiersPlan);
