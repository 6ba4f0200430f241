//! Declared attributes: named, typed values that leads, partners and other
//! entities carry beside their fixed fields.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::text::{self, NAME_CHARS_MAX};
use super::time::Micros;

/// Texts in one attribute.
const TEXTS_MAX: usize = 200;

/// What an attribute may hold; which of them is declared in the terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeValue {
    Text(String),
    Texts(BTreeSet<String>),
    Integer(i64),
    Number(f64),
    Flag(bool),
    /// Minor units of the contract's currency.
    Money(i64),
    /// Days since 1970-01-01.
    Date(i32),
    Instant(Micros),
}

/// Attributes by name.
pub type Attributes = BTreeMap<String, AttributeValue>;

impl AttributeValue {
    /// What is wrong with the value itself, whatever it was declared as.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Text(text) => text::check_note(text).err().map(|bad| bad.to_string()),
            Self::Texts(texts) if texts.len() > TEXTS_MAX => Some(format!(
                "has {} texts; at most {TEXTS_MAX} are taken",
                texts.len()
            )),
            Self::Texts(texts) => texts.iter().find_map(|text| {
                let bad = text::check_line(text, NAME_CHARS_MAX).err()?;
                Some(format!("has a text that {bad}"))
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_held_to_what_people_can_read() {
        let texts = |texts: &[&str]| {
            AttributeValue::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
        };
        let many: Vec<String> = (0..=TEXTS_MAX).map(|number| number.to_string()).collect();
        let many = AttributeValue::Texts(many.into_iter().collect());
        let text = |text: &str| AttributeValue::Text(text.to_owned());
        for (value, problem) in [
            (text("slate,\nsome moss"), None),
            (text("slate\0"), Some("holds the control character U+0000")),
            (texts(&["attic", "cellar"]), None),
            (texts(&["attic", ""]), Some("has a text that is empty")),
            (many, Some("has 201 texts; at most 200 are taken")),
            (AttributeValue::Integer(i64::MIN), None),
        ] {
            assert_eq!(value.problem().as_deref(), problem, "{value:?}");
        }
    }
}
