//! The feed of what has happened.

pub mod list;
pub mod view;
