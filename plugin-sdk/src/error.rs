//! Why there is no answer.

use crate::Word;

/// A refusal or an empty answer is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The input contradicts itself, or lacks what this configuration needs.
    InvalidInput(String),
    /// The policy has nothing to say here, and the contract's default follows. A
    /// reason code of the manifest.
    NotApplicable(Word),
    /// The policy's own fault.
    Internal(String),
}

impl PolicyError {
    /// Nothing to say, for that reason.
    pub fn not_applicable(reason: &str) -> Self {
        Self::NotApplicable(Word::of(reason))
    }
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the configuration, or into the terms when it
    /// begins with `terms:`.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Problem {
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}
