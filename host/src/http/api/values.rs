//! Values as the API writes them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::problem::FieldProblem;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::{date_of, days_of};
use crate::domain::terms::{AttributeType, Of, Terms};
use crate::domain::time::Micros;

/// Attributes by name, as plain JSON.
pub type PlainAttributes = BTreeMap<String, Value>;

/// An instant as RFC 3339.
pub fn instant(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at.0)
        .map_or_else(|_| at.0.to_string(), |timestamp| timestamp.to_string())
}

/// An instant that may be missing.
pub fn maybe_instant(at: Option<Micros>) -> Option<String> {
    at.map(instant)
}

/// Reads an instant; the pointer names the field.
pub fn read_instant(text: &str, pointer: &str) -> Result<Micros, FieldProblem> {
    let timestamp: jiff::Timestamp = text.parse().map_err(|_| FieldProblem {
        pointer: pointer.to_owned(),
        message: format!("`{text}` is no instant such as 2026-03-02T10:00:00Z"),
    })?;
    Ok(Micros(timestamp.as_microsecond()))
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

/// Attributes as the terms declare them.
pub fn typed(
    attributes: &PlainAttributes,
    terms: &Terms,
    of: Of,
    pointer: &str,
) -> Result<Attributes, Vec<FieldProblem>> {
    let mut typed = Attributes::new();
    let mut problems = Vec::new();
    for (name, value) in attributes {
        let Some(declared) = terms.attribute(of, name) else {
            problems.push(FieldProblem {
                pointer: format!("{pointer}/{name}"),
                message: "is not declared in the contract's terms".to_owned(),
            });
            continue;
        };
        match typed_value(value, declared.kind) {
            Some(value) => {
                typed.insert(name.clone(), value);
            }
            None => problems.push(FieldProblem {
                pointer: format!("{pointer}/{name}"),
                message: format!("has to be {}", expected(declared.kind)),
            }),
        }
    }
    if problems.is_empty() {
        Ok(typed)
    } else {
        Err(problems)
    }
}

fn typed_value(value: &Value, kind: AttributeType) -> Option<AttributeValue> {
    Some(match kind {
        AttributeType::Text => AttributeValue::Text(value.as_str()?.to_owned()),
        AttributeType::Texts => AttributeValue::Texts(
            value
                .as_array()?
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        ),
        AttributeType::Integer => AttributeValue::Integer(value.as_i64()?),
        AttributeType::Number => AttributeValue::Number(value.as_f64()?),
        AttributeType::Flag => AttributeValue::Flag(value.as_bool()?),
        AttributeType::Money => AttributeValue::Money(value.as_i64()?),
        AttributeType::Date => AttributeValue::Date(days_of(value.as_str()?.parse().ok()?)),
    })
}

fn expected(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::Text => "a text",
        AttributeType::Texts => "a list of texts",
        AttributeType::Integer => "a whole number",
        AttributeType::Number => "a number",
        AttributeType::Flag => "true or false",
        AttributeType::Money => "a whole number of minor units",
        AttributeType::Date => "a date such as 2026-03-02",
    }
}
