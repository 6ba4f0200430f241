//! Values as foreign files write them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::field::Reads;
use super::read::Cell;
use super::when::When;
use crate::domain::attribute::AttributeValue;
use crate::domain::calendar::days_of;
use crate::domain::decimal::Decimal;
use crate::domain::money::{self, NotAnAmount};
use crate::domain::text::{self, shown};

/// How a field's values are written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The decimal mark.
    pub decimal: char,
    pub when: When,
    pub unit: Unit,
    /// Between the items of a list.
    pub list: String,
    pub yes: BTreeSet<String>,
    pub no: BTreeSet<String>,
}

/// What amounts of money count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Such as euros, with so many decimals.
    Major { exponent: u32 },
    /// Such as cents.
    Minor,
}

impl Writing {
    /// Reads what stands in a cell; the error says what is wrong with it.
    pub fn read(&self, cell: &Cell<'_>, reads: Reads) -> Result<AttributeValue, String> {
        let (text, decimal) = match cell {
            Cell::Text(text) => (Cow::Borrowed(text.trim()), self.decimal),
            Cell::Number(number) => (Cow::Borrowed(number.as_str()), '.'),
            Cell::List(items) if reads == Reads::Texts => {
                return readable(AttributeValue::Texts(items.iter().cloned().collect()));
            }
            Cell::List(items) => (Cow::Owned(items.join(&self.list)), self.decimal),
            Cell::Blank => (Cow::Borrowed(""), self.decimal),
            Cell::Foreign => return Err("is no value but a structure of its own".to_owned()),
        };
        let text = text.as_ref();
        let number = || Decimal::parse(text, decimal);
        readable(match reads {
            Reads::Text => AttributeValue::Text(text.to_owned()),
            Reads::Texts => AttributeValue::Texts(self.items(text)),
            Reads::Integer => AttributeValue::Integer(
                number()
                    .and_then(|number| number.as_integer())
                    .ok_or_else(|| format!("`{}` is no whole number", shown(text)))?,
            ),
            Reads::Number => {
                AttributeValue::Number(number().and_then(|number| number.as_number()).ok_or_else(
                    || format!("`{}` is no number such as 12{decimal}5", shown(text)),
                )?)
            }
            Reads::Money => AttributeValue::Money(self.money(text, decimal)?),
            Reads::Flag => AttributeValue::Flag(self.flag(text)?),
            Reads::Date => AttributeValue::Date(days_of(self.when.date(text)?)),
            Reads::Instant => AttributeValue::Instant(self.when.instant(text)?),
            Reads::OneOf(codes) => codes
                .contains(&text)
                .then(|| AttributeValue::Text(text.to_owned()))
                .ok_or_else(|| format!("`{}` is none of {}", shown(text), codes.join(", ")))?,
        })
    }

    fn items(&self, text: &str) -> BTreeSet<String> {
        text.split(self.list.as_str())
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn money(&self, text: &str, decimal: char) -> Result<i64, String> {
        match self.unit {
            Unit::Minor => Decimal::parse(text, decimal)
                .and_then(|number| number.as_integer())
                .ok_or_else(|| format!("`{}` is no whole number of minor units", shown(text))),
            Unit::Major { exponent } => {
                money::parse(text, decimal, exponent).map_err(|error| match error {
                    NotAnAmount::Malformed => {
                        format!("`{}` is no amount such as 1234{decimal}56", shown(text))
                    }
                    other => format!("`{}` {other}", shown(text)),
                })
            }
        }
    }

    fn flag(&self, text: &str) -> Result<bool, String> {
        let text = text.to_lowercase();
        if self.yes.contains(&text) {
            return Ok(true);
        }
        if self.no.contains(&text) {
            return Ok(false);
        }
        Err(format!(
            "`{}` is neither yes nor no; `yes` and `no` in the mapping list what is",
            shown(&text)
        ))
    }
}

/// The value, if people can read its texts, and a database can keep them.
fn readable(value: AttributeValue) -> Result<AttributeValue, String> {
    let bad = match &value {
        AttributeValue::Text(text) => text::check_characters(text).err(),
        AttributeValue::Texts(texts) => texts
            .iter()
            .find_map(|text| text::check_characters(text).err()),
        _ => None,
    };
    match bad {
        Some(bad) => Err(bad.to_string()),
        None => Ok(value),
    }
}

/// A code made of a name: `Mei-Mei Müller` becomes `mei-mei-mueller`.
pub fn code_of(name: &str) -> String {
    let mut code = String::new();
    for character in name.trim().chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => code.push_str("ae"),
            'ö' => code.push_str("oe"),
            'ü' => code.push_str("ue"),
            'ß' => code.push_str("ss"),
            character if character.is_ascii_alphanumeric() || matches!(character, '.' | '_') => {
                code.push(character);
            }
            _ if !code.is_empty() && !code.ends_with('-') => code.push('-'),
            _ => {}
        }
    }
    code.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn writing() -> Writing {
        Writing {
            decimal: ',',
            when: When {
                form: None,
                zone: TimeZone::get("Europe/Berlin").unwrap(),
            },
            unit: Unit::Major { exponent: 2 },
            list: ";".to_owned(),
            yes: ["ja".to_owned()].into(),
            no: ["nein".to_owned()].into(),
        }
    }

    fn read(writing: &Writing, text: &str, reads: Reads) -> Result<AttributeValue, String> {
        writing.read(&Cell::Text(text.into()), reads)
    }

    #[test]
    fn values_are_read_as_the_mapping_says_they_are_written() {
        use AttributeValue as V;
        let texts = |items: &[&str]| V::Texts(items.iter().map(|item| item.to_string()).collect());
        let major = writing();
        let minor = Writing {
            unit: Unit::Minor,
            ..writing()
        };
        for (writing, text, reads, expected) in [
            (&major, " 1.234,5 ", Reads::Money, V::Money(123_450)),
            (&minor, "123450", Reads::Money, V::Money(123_450)),
            (&major, "1.000", Reads::Integer, V::Integer(1_000)),
            (&major, "-0,25", Reads::Number, V::Number(-0.25)),
            (&major, "JA", Reads::Flag, V::Flag(true)),
            (&major, "nein", Reads::Flag, V::Flag(false)),
            (&major, "a; b;;c ", Reads::Texts, texts(&["a", "b", "c"])),
            (&major, "1970-01-02", Reads::Date, V::Date(1)),
        ] {
            assert_eq!(read(writing, text, reads), Ok(expected), "{text}");
        }
        assert_eq!(
            major.read(&Cell::Number("1234.5".to_owned()), Reads::Money),
            Ok(V::Money(123_450)),
            "a number of JSON has a point"
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let iso = writing();
        for (text, reads, expected) in [
            (
                "1,005",
                Reads::Money,
                "`1,005` has more decimals than the currency's 2",
            ),
            ("1,5", Reads::Integer, "`1,5` is no whole number"),
            ("many", Reads::Number, "`many` is no number such as 12,5"),
            ("Eva\0", Reads::Text, "holds the control character U+0000"),
            (
                "open",
                Reads::OneOf(&["won", "lost"]),
                "`open` is none of won, lost",
            ),
        ] {
            assert_eq!(read(&iso, text, reads), Err(expected.to_owned()), "{text}");
        }
        let long = read(&iso, &"x".repeat(1_000), Reads::Integer).unwrap_err();
        assert!(long.len() < 100, "{long}");
    }

    #[test]
    fn names_become_codes() {
        for (name, code) in [
            ("Mei-Mei Müller", "mei-mei-mueller"),
            ("  GTX Plus  Pro ", "gtx-plus-pro"),
            ("Søren & Co.", "s-ren-co."),
            ("***", ""),
        ] {
            assert_eq!(code_of(name), code);
        }
    }

    proptest! {
        #[test]
        fn no_value_panics(text: String) {
            let writing = writing();
            for reads in [
                Reads::Text, Reads::Texts, Reads::Integer, Reads::Number, Reads::Money,
                Reads::Flag, Reads::Date, Reads::Instant, Reads::OneOf(&["won"]),
            ] {
                let _ = read(&writing, &text, reads);
            }
            let _ = code_of(&text);
        }
    }
}
