//! People who act for the manufacturer or its partners.

pub mod add_role;
pub mod create;
pub mod end_role;
pub mod get;
pub mod list;
pub mod view;
