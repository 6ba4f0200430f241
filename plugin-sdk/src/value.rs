//! Typed values and the names they go by.

use crate::time::{Date, Instant};
use crate::{Money, Span, Word};

/// What an attribute may hold.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Value {
    Text(Word),
    /// A set: distinct words.
    Texts(Vec<Word>),
    Integer(#[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))] i64),
    Number(f64),
    Flag(bool),
    Money(
        #[cfg_attr(
            not(target_arch = "wasm32"),
            serde(serialize_with = "crate::testing::wide::serialize")
        )]
        Money,
    ),
    Date(Date),
    Instant(Instant),
    Span(Span),
}

macro_rules! from {
    ($($from:ty => $case:ident,)+) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$case(value)
            }
        }
    )+};
}

from! {
    Word => Text,
    i64 => Integer,
    f64 => Number,
    bool => Flag,
    Money => Money,
    Date => Date,
    Instant => Instant,
    Span => Span,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Word::of(text))
    }
}

/// Named values, each name at most once.
///
/// ```
/// use stellwerk_plugin_sdk::{Attributes, Word};
/// let attributes = Attributes::new().with("storeys", 2_i64);
/// assert_eq!(attributes.integer(Word::of("storeys")), Some(2));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub(crate) Vec<(Word, Value)>);

impl Attributes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more.
    pub fn with(mut self, name: impl Into<Word>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Gives a name its value.
    pub fn set(&mut self, name: impl Into<Word>, value: impl Into<Value>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
    }

    /// The value of that name.
    pub fn get(&self, name: Word) -> Option<&Value> {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Whether there is a value of that name.
    pub fn has(&self, name: Word) -> bool {
        self.get(name).is_some()
    }

    pub fn text(&self, name: Word) -> Option<Word> {
        match self.get(name)? {
            Value::Text(text) => Some(*text),
            _ => None,
        }
    }

    pub fn texts(&self, name: Word) -> &[Word] {
        match self.get(name) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub fn integer(&self, name: Word) -> Option<i64> {
        match self.get(name)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// A number, or an integer as one.
    pub fn number(&self, name: Word) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Integer(integer) => Some(*integer as f64),
            _ => None,
        }
    }

    pub fn flag(&self, name: Word) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub fn money(&self, name: Word) -> Option<Money> {
        match self.get(name)? {
            Value::Money(money) => Some(*money),
            _ => None,
        }
    }

    pub fn span(&self, name: Word) -> Option<&Span> {
        match self.get(name)? {
            Value::Span(span) => Some(span),
            _ => None,
        }
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Word, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A code with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct OpenCase {
    pub code: Word,
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(default, skip_serializing_if = "Attributes::is_empty")
    )]
    pub attributes: Attributes,
}

impl OpenCase {
    /// A code without attributes.
    pub fn of(code: impl Into<Word>) -> Self {
        Self {
            code: code.into(),
            attributes: Attributes::new(),
        }
    }

    /// The same with one more attribute.
    pub fn with(mut self, name: impl Into<Word>, value: impl Into<Value>) -> Self {
        self.attributes.set(name, value);
        self
    }
}
