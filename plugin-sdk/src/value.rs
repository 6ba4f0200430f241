//! Typed values.

use crate::time::{Date, Instant};
use crate::{Money, Span, Word};

/// What an attribute may hold.
///
/// Most have a getter on [`Attributes`](crate::Attributes); the others are
/// matched:
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let context: Context = testing::input(r#"{ "now": { "micros": 1772445600000000 } }"#);
/// let lead: Lead =
///     testing::input(r#"{ "attributes": { "heating-since": { "date": 9131 } } }"#);
/// // How old is the heating that is to be replaced?
/// let years = match lead.attributes.get(Word::of("heating-since")) {
///     Some(Value::Date(since)) => (context.now.date().0 - since.0) / 365,
///     _ => 0,
/// };
/// assert_eq!(years, 31);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Value {
    /// A code or a name.
    Text(Word),
    /// A set: distinct words.
    Texts(Vec<Word>),
    /// A count, or what else is whole.
    Integer(#[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))] i64),
    Number(f64),
    Flag(bool),
    /// Minor units of the contract's currency.
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
