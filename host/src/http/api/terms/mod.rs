//! A contract's terms, version by version.

pub mod get;
pub mod put;
pub mod version;
pub mod view;
