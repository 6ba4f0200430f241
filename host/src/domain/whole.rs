//! Whole numbers of documents, refused in words that people understand: for
//! serde's `deserialize_with`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

const AMOUNT: &str = "a whole number of minor units that 64 bits hold";
const COUNT: &str = "a whole number";
const DAYS: &str = "a whole number of days";
const NUMBER: &str = "a whole number from 0 on";

/// An amount of money.
pub fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_i64(Whole::expecting(AMOUNT))
}

/// The same, or nothing.
pub fn maybe_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(Maybe(Whole::expecting(AMOUNT)))
}

/// A number of things.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_i64(Whole::expecting(COUNT))
}

/// The same, or nothing.
pub fn maybe_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(Maybe(Whole::expecting(COUNT)))
}

/// A number of things of which there are not too many.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    deserializer.deserialize_i64(Whole::expecting(NUMBER))
}

/// A number of days.
pub fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    deserializer.deserialize_i64(Whole::expecting(DAYS))
}

/// The same, or nothing.
pub fn maybe_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    deserializer.deserialize_option(Maybe(Whole::expecting(DAYS)))
}

struct Whole<T> {
    expected: &'static str,
    number: PhantomData<T>,
}

impl<T> Whole<T> {
    fn expecting(expected: &'static str) -> Self {
        Self {
            expected,
            number: PhantomData,
        }
    }
}

impl<T: TryFrom<i64>> Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }
}

struct Maybe<T>(Whole<T>);

impl<'de, T: TryFrom<i64>> Visitor<'de> for Maybe<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_i64(self.0).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Line {
        #[serde(deserialize_with = "amount")]
        value: i64,
        #[serde(default, deserialize_with = "maybe_days")]
        days: Option<u32>,
    }

    fn read(json: &str) -> Result<Line, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_no_whole_number_is_refused_in_words() {
        for (json, words) in [
            (
                r#"{"value": 12.345}"#,
                "floating point `12.345`, expected a whole number of minor units that 64 bits hold",
            ),
            (
                r#"{"value": 9223372036854775808}"#,
                "integer `9223372036854775808`, expected a whole number of minor units",
            ),
            (r#"{"value": 1e20}"#, "expected a whole number"),
            (r#"{"value": "1"}"#, "string \"1\", expected a whole number"),
            (
                r#"{"value": 1, "days": -1}"#,
                "integer `-1`, expected a whole number of days",
            ),
        ] {
            let said = read(json).unwrap_err();
            assert!(said.contains(words), "{json}: {said}");
        }
        let line = |value, days| Ok(Line { value, days });
        assert_eq!(read(r#"{"value": 1, "days": null}"#), line(1, None));
        assert_eq!(read(r#"{"value": 1, "days": 30}"#), line(1, Some(30)));
        let of_toml: Line = toml::from_str("value = 5\ndays = 7").unwrap();
        assert_eq!(Ok(of_toml), line(5, Some(7)));
    }

    proptest! {
        #[test]
        fn every_amount_is_read(value: i64) {
            let read = read(&format!("{{\"value\": {value}}}"));
            prop_assert_eq!(read, Ok(Line { value, days: None }));
        }
    }
}
