//! The use-cases of a person behind leads: to be found by what tells duplicates, and to
//! be forgotten.

pub mod erase;
pub mod find;
pub mod view;

pub use crate::routing::Error;
