//! Plugins: components that have passed every check.

pub mod component;
pub mod get;
pub mod list;
pub mod upload;
pub mod view;
pub mod withdraw;
