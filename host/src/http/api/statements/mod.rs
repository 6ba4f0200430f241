//! What partners have earned.

pub mod get;
pub mod view;
