//! Leads.

pub mod answer;
pub mod change;
pub mod create;
pub mod decisions;
pub mod get;
pub mod list;
pub mod release;
pub mod search;
pub mod timeline;
pub mod view;
pub mod withdraw;
