//! What several functions are told or answer: the WIT packages `types`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::time::{Age, Instant};
use super::vocabulary::Vocabulary;
use super::wide;
use crate::domain::span::Span;
pub use crate::domain::temperature::Temperature;

/// Degrees, WGS 84: the centre of a postcode area.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coordinate {
    pub latitude: f64,
    pub longitude: f64,
}

/// Under which circumstances a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    pub now: Instant,
    /// Hash of contract, lead, cycle and kind.
    #[serde(with = "wide", default)]
    pub seed: u64,
}

/// What an attribute may hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    Text(String),
    Texts(BTreeSet<String>),
    Integer(#[serde(with = "wide")] i64),
    Number(f64),
    Flag(bool),
    /// Minor units of the contract's currency.
    Money(#[serde(with = "wide")] i64),
    /// Days since 1970-01-01.
    Date(#[serde(with = "date")] i32),
    Instant(Instant),
    Span(#[serde(with = "span")] Span),
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub value: Value,
}

/// Named values, each name at most once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(pub BTreeMap<String, Value>);

impl Attributes {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn texts(&self, name: &str) -> Option<&BTreeSet<String>> {
        match self.0.get(name) {
            Some(Value::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Value::Integer(integer)) => Some(*integer),
            _ => None,
        }
    }

    pub fn span(&self, name: &str) -> Option<&Span> {
        match self.0.get(name) {
            Some(Value::Span(span)) => Some(span),
            _ => None,
        }
    }

    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// The same with one more.
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.insert(name, value);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.0.retain(|name, _| vocabulary.contains(name));
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(attributes: I) -> Self {
        Self(
            attributes
                .into_iter()
                .map(|attribute| (attribute.name, attribute.value))
                .collect(),
        )
    }
}

impl FromIterator<(String, Value)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

/// A contact with an interest, without the person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lead {
    pub reference: String,
    /// Rounds through the lead's life; the first is 1.
    pub cycle: u32,
    /// Since it was received.
    #[serde(default)]
    pub age: Age,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// A source code of the terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centroid: Option<Coordinate>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "wide::option"
    )]
    pub value: Option<i64>,
    #[serde(default)]
    pub attributes: Attributes,
}

/// What qualification found, for the policies after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Assessed {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "temperature::option"
    )]
    pub temperature: Option<Temperature>,
    /// Thousandths.
    #[serde(with = "wide", default)]
    pub score: i64,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "wide::option"
    )]
    pub expected_value: Option<i64>,
    /// The attributes of qualification's outcome.
    #[serde(default)]
    pub attributes: Attributes,
}

/// Who works leads, as of the instant in question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// The same number as in [`super::Table::keys`].
    #[serde(with = "wide")]
    pub key: u64,
    /// Under the names that columns have.
    #[serde(default)]
    pub attributes: Attributes,
}

/// Something that has happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastEvent {
    pub code: String,
    #[serde(default)]
    pub age: Age,
    #[serde(default)]
    pub attributes: Attributes,
}

/// A code that both sides have agreed on, and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenCase {
    pub code: String,
    #[serde(default)]
    pub attributes: Attributes,
}

/// Why an answer is what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// A reason code of the manifest.
    pub code: String,
    /// What the text's placeholders {0}, {1} … stand for.
    #[serde(default)]
    pub args: Vec<Value>,
    /// The contribution to what is decided, in its own unit.
    #[serde(with = "wide", default)]
    pub weight: i64,
}

/// Asks to be called again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WakeUp {
    pub key: String,
    /// Empty where the key's wake-up is dropped.
    #[serde(with = "span")]
    pub after: Span,
    #[serde(default)]
    pub attributes: Attributes,
}

/// Parts of an answer by their reason code, each with one number per row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(pub BTreeMap<String, Vec<i64>>);

impl Serialize for Terms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct List<'a>(&'a [i64]);
        impl Serialize for List<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                wide::list::serialize(self.0, serializer)
            }
        }
        serializer.collect_map(self.0.iter().map(|(name, list)| (name, List(list))))
    }
}

impl<'de> Deserialize<'de> for Terms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct List(#[serde(with = "wide::list")] Vec<i64>);
        let lists = BTreeMap::<String, List>::deserialize(deserializer)?;
        Ok(Self(
            lists
                .into_iter()
                .map(|(name, list)| (name, list.0))
                .collect(),
        ))
    }
}

/// Spans as their text, in both writings.
pub mod span {
    use super::Span;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(span)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// Temperatures by name, in both writings.
pub(super) mod temperature {
    pub mod option {
        use super::super::Temperature;
        use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

        pub fn serialize<S: Serializer>(
            temperature: &Option<Temperature>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            temperature.map(Temperature::as_str).serialize(serializer)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Temperature>, D::Error> {
            Option::<String>::deserialize(deserializer)?
                .map(|name| {
                    Temperature::parse(&name).ok_or_else(|| {
                        D::Error::custom(format!("`{name}` is not hot, warm or cold"))
                    })
                })
                .transpose()
        }
    }
}

/// Dates as days since 1970-01-01; reading also takes `2026-03-02`.
pub(super) mod date {
    use std::fmt;

    use serde::de::{self, Deserializer, Visitor};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(days: &i32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*days)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
        struct Days;
        impl Visitor<'_> for Days {
            type Value = i32;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("days since 1970-01-01, or a date such as 2026-03-02")
            }
            fn visit_i64<E: de::Error>(self, days: i64) -> Result<i32, E> {
                days.try_into()
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(days), &self))
            }
            fn visit_u64<E: de::Error>(self, days: u64) -> Result<i32, E> {
                days.try_into()
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(days), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<i32, E> {
                let date: jiff::civil::Date = text
                    .parse()
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
                Ok(date
                    .duration_since(jiff::civil::date(1970, 1, 1))
                    .as_hours() as i32
                    / 24)
            }
        }
        deserializer.deserialize_any(Days)
    }
}
