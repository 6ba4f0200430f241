//! Policy calls, as they are recorded.

pub mod get;
pub mod view;
pub mod why;
