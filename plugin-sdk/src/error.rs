//! Why there is no answer.

use crate::Word;

/// What ends a call without an answer. A refusal or an empty answer is not an
/// error.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// fn size(lead: &Lead) -> Result<Money, PolicyError> {
///     match lead.value {
///         Some(value) if value < Money::ZERO => {
///             Err(PolicyError::InvalidInput(format!("/lead/value: {value} is below 0")))
///         }
///         Some(value) => Ok(value),
///         None => Err(PolicyError::not_applicable("no-value")),
///     }
/// }
/// let unknown = size(&Lead::default());
/// assert_eq!(unknown, Err(PolicyError::NotApplicable(Word::of("no-value"))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The input contradicts itself, or lacks what this configuration needs.
    InvalidInput(String),
    /// The policy has nothing to say here, and the contract's default follows:
    /// the manual queue, nobody, no action, refused, no posting. A reason code of
    /// the manifest.
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // What a schema cannot say: the level has to be one of the contract's.
/// let (terms, level_min) = (testing::terms(), "golden");
/// let mut problems = Vec::new();
/// if !terms.levels.iter().any(|level| level == level_min) {
///     let known = terms.levels.join(", ");
///     problems.push(Problem::at("/level-min", format!("is none of {known}")));
/// }
/// assert_eq!(problems[0].pointer, "/level-min");
/// assert_eq!(problems[0].message, "is none of registered, silver, gold, platinum");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the configuration, or into the terms when it
    /// begins with `terms:`.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Problem {
    /// Where it is, and what.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}
