//! Partners' footing in contracts.

pub mod change;
pub mod get;
pub mod list;
pub mod put;
pub mod view;
