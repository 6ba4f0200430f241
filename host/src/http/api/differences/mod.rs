//! How generations differ.

pub mod get;
