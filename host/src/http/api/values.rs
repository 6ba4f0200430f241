//! Values as the API writes them.

use serde_json::Value;

use super::super::problem::FieldProblem;
use crate::contracts::attributes;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::date_of;
use crate::domain::terms::{Of, Terms};
use crate::domain::text::shown;
use crate::domain::time::Micros;

/// Attributes by name, as plain JSON.
pub type PlainAttributes = attributes::Plain;

/// An instant as RFC 3339.
pub fn instant(at: Micros) -> String {
    at.to_string()
}

/// An instant that may be missing.
pub fn maybe_instant(at: Option<Micros>) -> Option<String> {
    at.map(instant)
}

/// Reads an instant; the pointer names the field.
pub fn read_instant(text: &str, pointer: &str) -> Result<Micros, FieldProblem> {
    Micros::parse(text)
        .map_err(|bad| FieldProblem::new(pointer, format!("`{}` {bad}", shown(text))))
}

/// Attributes as plain JSON: their types are in the terms.
pub fn plain(attributes: &Attributes) -> PlainAttributes {
    attributes
        .iter()
        .map(|(name, value)| {
            let value = match value {
                AttributeValue::Text(text) => text.as_str().into(),
                AttributeValue::Texts(texts) => {
                    texts.iter().map(String::as_str).collect::<Vec<_>>().into()
                }
                AttributeValue::Integer(integer) | AttributeValue::Money(integer) => {
                    (*integer).into()
                }
                AttributeValue::Number(number) => (*number).into(),
                AttributeValue::Flag(flag) => (*flag).into(),
                AttributeValue::Date(days) => {
                    date_of(*days).map_or(Value::Null, |date| date.to_string().into())
                }
                AttributeValue::Instant(at) => instant(*at).into(),
            };
            (name.clone(), value)
        })
        .collect()
}

/// Attributes as the terms declare them for one of `of`.
pub fn typed(
    attributes: &PlainAttributes,
    terms: &Terms,
    of: &[Of],
    pointer: &str,
) -> Result<Attributes, Vec<FieldProblem>> {
    attributes::read(attributes, terms, of, pointer)
        .map_err(|problems| problems.into_iter().map(Into::into).collect())
}
