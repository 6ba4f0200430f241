//! Persons who are forgotten, and who is next.

pub mod create;
pub mod list;
