//! How answers cross the border: codes with what belongs to them.

use crate::{Attributes, Value, Word};

/// A code with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(not(target_arch = "wasm32"), derive(serde::Serialize))]
pub(crate) struct OpenCase {
    pub(crate) code: Word,
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(skip_serializing_if = "Attributes::is_empty")
    )]
    pub(crate) attributes: Attributes,
}

impl OpenCase {
    /// A code without attributes.
    pub(crate) fn of(code: impl Into<Word>) -> Self {
        Self {
            code: code.into(),
            attributes: Attributes::new(),
        }
    }

    /// The same with one more attribute.
    pub(crate) fn with(mut self, name: impl Into<Word>, value: impl Into<Value>) -> Self {
        self.attributes.set(name, value);
        self
    }
}
