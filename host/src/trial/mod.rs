//! Looks back: reads what was decided, and what candidates have answered beside it. And
//! ahead: what a simulation of other plans assumes.

pub mod assumptions;
pub mod candidate;
pub mod summary;
