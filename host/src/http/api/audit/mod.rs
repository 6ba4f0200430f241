//! Who has changed what of how the manufacturer works.

pub mod list;
pub mod seals;
