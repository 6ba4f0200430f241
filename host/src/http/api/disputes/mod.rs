//! Lines of statements that partners dispute.

pub mod answer;
pub mod list;
pub mod open;
pub mod view;
