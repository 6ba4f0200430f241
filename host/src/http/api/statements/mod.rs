//! What partners have earned.

pub mod get;
