//! Which policies are in force in a contract's slots.

pub mod get;
pub mod list;
pub mod put;
pub mod view;
