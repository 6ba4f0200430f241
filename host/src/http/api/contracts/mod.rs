//! Contracts.

pub mod change;
pub mod create;
pub mod get;
pub mod list;
pub mod status;
pub mod view;
