//! What a canary has to keep to.

pub mod get;
