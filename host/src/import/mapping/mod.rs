//! A mapping says which column of a file feeds which field, and how values are
//! written. It is checked whole, against the file's columns and the contract's
//! terms, before the first row is read.

mod bind;
mod document;
mod keys;
#[cfg(test)]
mod tests;

pub use bind::{Bound, ReadValues, Unreadable};
pub use document::{Mapping, WithoutHistory};

/// What is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct MappingProblem {
    /// `line 3, column 5`, or the path of the setting.
    pub place: String,
    pub message: String,
}

/// Everything that is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct MappingProblems(pub Vec<MappingProblem>);
