//! The ledger: postings and balances.

pub mod balances;
pub mod postings;
pub mod view;
