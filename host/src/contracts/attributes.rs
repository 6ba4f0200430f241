//! Attributes as they are written: read as the terms declare them, and written again.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::{date_of, days_of};
use crate::domain::terms::{AttributeType, Of, Terms};
use crate::host::Problem;
use crate::host::problem::segment;

/// Attributes by name, as plain JSON.
pub type Plain = BTreeMap<String, Value>;

/// Attributes of something that the terms declare as one of `of`. A name that
/// several declare takes the first one's type.
pub fn read(
    attributes: &Plain,
    terms: &Terms,
    of: &[Of],
    pointer: &str,
) -> Result<Attributes, Vec<Problem>> {
    let mut read = Attributes::new();
    let mut problems = Vec::new();
    for (name, value) in attributes {
        let place = || format!("{pointer}/{}", segment(name));
        let Some(declared) = of.iter().find_map(|of| terms.attribute(*of, name)) else {
            problems.push(Problem::new(
                place(),
                "is not declared in the contract's terms",
            ));
            continue;
        };
        let expected = || format!("has to be {}", declared.kind.expected());
        let value = value_of(value, declared.kind).ok_or_else(expected);
        match value.and_then(|value| value.problem().map_or(Ok(value), Err)) {
            Ok(value) => {
                read.insert(name.clone(), value);
            }
            Err(message) => problems.push(Problem::new(place(), message)),
        }
    }
    if problems.is_empty() {
        Ok(read)
    } else {
        Err(problems)
    }
}

/// Attributes as plain JSON: their types are in the terms.
pub fn plain(attributes: &Attributes) -> Plain {
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
                AttributeValue::Instant(at) => at.to_string().into(),
            };
            (name.clone(), value)
        })
        .collect()
}

fn value_of(value: &Value, kind: AttributeType) -> Option<AttributeValue> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_value_has_to_be_of_the_declared_type() {
        let terms = Terms::parse(
            &json!({
                "currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
                "levels": ["silver"],
                "attributes": [
                    { "name": "staff", "of": "partner", "type": "integer" },
                    { "name": "since", "of": "partner", "type": "date" },
                    { "name": "storeys", "of": "lead", "type": "integer" },
                ],
            })
            .to_string(),
        )
        .unwrap();
        let plain = |value: Value| serde_json::from_value::<Plain>(value).unwrap();
        let good = plain(json!({ "staff": 4, "since": "1970-01-02" }));
        let read_good = read(&good, &terms, &[Of::Partner], "").unwrap();
        assert_eq!(read_good["since"], AttributeValue::Date(1));
        let bad = plain(json!({ "staff": "four", "storeys": 2 }));
        let problems = read(&bad, &terms, &[Of::Partner], "/attributes").unwrap_err();
        assert_eq!(
            problems,
            [
                Problem::new("/attributes/staff", "has to be a whole number"),
                Problem::new(
                    "/attributes/storeys",
                    "is not declared in the contract's terms"
                ),
            ]
        );
    }
}
