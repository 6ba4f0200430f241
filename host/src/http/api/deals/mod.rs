//! Registered and won pieces of business.

pub mod change;
pub mod get;
pub mod list;
pub mod register;
pub mod view;
