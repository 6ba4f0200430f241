//! How candidates do beside what is in force.

pub mod get;
