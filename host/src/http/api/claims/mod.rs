//! Leads that partners hold.

pub mod feedback;
pub mod list;
pub mod outcome;
