//! Pays a commission on won deals, shared along the chain of partners.

mod policy;

pub use policy::{Config, FlatSplit, Missing, Share};

stellwerk_plugin_sdk::export!(compensation: FlatSplit);
