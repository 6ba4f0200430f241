//! Policy calls, as they are recorded.

pub mod explanation;
pub mod get;
pub mod proof;
pub mod recorded;
pub mod replay;
pub mod view;
