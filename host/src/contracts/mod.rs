//! What a manufacturer agrees on and with whom: contracts and their terms, the
//! policies bound to them, partners, measures, people, trials of plans. There is
//! one way to check and keep each of these, whether it comes alone over HTTP or in
//! a file.
//!
//! Each change becomes part of an [`Amendment`], which is committed whole, with
//! a line for whoever asks later what was changed.

mod amendment;
pub mod attributes;
pub mod binding;
pub mod contract;
mod error;
pub mod manufacturer;
pub mod measure;
pub mod participant;
pub mod partner;
pub mod people;
pub mod plan_trial;
pub mod plugin;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod token;
mod tree;

pub use amendment::Amendment;
pub use error::Error;
pub use tree::Tree;
