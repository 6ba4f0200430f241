//! Generations that are made ready, to be tried before they are in force.

pub mod create;
pub mod decided;
