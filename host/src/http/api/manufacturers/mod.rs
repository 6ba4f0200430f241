//! The tenants of this server.

pub mod create;
pub mod get;
pub mod list;
pub mod rename;
pub mod view;
