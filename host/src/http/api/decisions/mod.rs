//! Policy calls, as they are recorded.

pub mod get;
pub mod recorded;
pub mod view;
pub mod why;
