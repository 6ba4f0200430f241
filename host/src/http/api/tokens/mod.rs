//! Access for programs and people.

pub mod create;
