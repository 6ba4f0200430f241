//! Pays for complete data, then for care, and only then for the project.

mod policy;

pub use policy::{CareFirst, Config, Project, Unworked};

stellwerk_plugin_sdk::export!(compensation: CareFirst);
