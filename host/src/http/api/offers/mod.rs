//! Leads that partners may claim.

pub mod claim;
pub mod decline;
pub mod list;
