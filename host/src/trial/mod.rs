//! Looks back: reads what was decided, and what candidates have answered beside it.

pub mod candidate;
pub mod summary;
