//! Why an answer is what it is.

use crate::{Value, Word};

/// A code with the arguments of its text. The texts are in the manifest.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let manifest = Manifest::new("matching-nearest", "0.1.0", "Offers to the nearest.")
///     .reason("too-far", "{0} km are too far.", "{0} km sind zu weit.");
/// let reason = Reason::of("too-far").with(120.5).weighing(-50);
/// assert!(manifest.reason_codes().any(|code| Word::of(code) == reason.code));
/// assert_eq!(reason.args, [Value::Number(120.5)]);
/// assert_eq!(reason.weight, -50);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Reason {
    /// One that the manifest has texts for.
    pub code: Word,
    /// What the text's placeholders {0}, {1} … stand for.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub args: Vec<Value>,
    /// The contribution to what is decided, in its own unit (thousandths of a
    /// score, minor units of money); 0 where there is none.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(with = "crate::testing::wide", default)
    )]
    pub weight: i64,
}

impl Reason {
    /// A reason without arguments.
    pub fn of(code: impl Into<Word>) -> Self {
        Self {
            code: code.into(),
            args: Vec::new(),
            weight: 0,
        }
    }

    /// The same with one more argument.
    pub fn with(mut self, arg: impl Into<Value>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// The same with its contribution.
    pub fn weighing(mut self, weight: i64) -> Self {
        self.weight = weight;
        self
    }
}
