//! Persons who are forgotten.

pub mod create;
