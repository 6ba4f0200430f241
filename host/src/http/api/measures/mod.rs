//! Measures and targets: numbers per partner, name and span of time.

pub mod list;
pub mod put;
pub mod view;
