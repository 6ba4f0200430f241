//! One readable file describes a manufacturer's contract: terms, partners, and
//! the policies bound to its slots. Applying it makes it so, all or nothing;
//! applying it again changes nothing.

mod change;
mod document;
mod plan;
#[cfg(test)]
mod tests;

pub use change::Change;
pub use document::{Document, DocumentProblem, PlaceTable};
pub use plan::{ApplyError, Plan, plan};
