//! Being called again.

use crate::{Attributes, Span, Word};

/// Asks to be called again: what was asked for comes back as the event `due`, with
/// the key and the attributes.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// // A tenth of the commission is held until the partner is no longer liable.
/// let mut earnings = Earnings::none();
/// earnings.wake_ups.push(WakeUp {
///     attributes: Attributes::new().with("held", Money(7_500)),
///     ..WakeUp::after("liability-ends", "36 months".parse().unwrap())
/// });
/// assert_eq!(earnings.wake_ups[0].after.to_string(), "36 months");
/// // The deal is called off meanwhile: nothing is left to release.
/// assert!(WakeUp::drop("liability-ends").after.is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct WakeUp {
    /// One per key is open; a new one takes the place of the old one.
    pub key: Word,
    /// Counted from the event in question; empty drops the open one.
    pub after: Span,
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub attributes: Attributes,
}

impl WakeUp {
    /// Calls again after a span.
    pub fn after(key: impl Into<Word>, after: Span) -> Self {
        Self {
            key: key.into(),
            after,
            attributes: Attributes::new(),
        }
    }

    /// Drops the open wake-up of that key.
    pub fn drop(key: impl Into<Word>) -> Self {
        Self::after(key, Span::NONE)
    }
}
