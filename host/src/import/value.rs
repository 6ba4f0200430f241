//! Values as foreign files write them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use super::field::Reads;
use super::read::Cell;
use crate::domain::attribute::AttributeValue;
use crate::domain::calendar::days_of;
use crate::domain::decimal::Decimal;
use crate::domain::money::{self, NotAnAmount};
use crate::domain::time::Micros;

/// How a field's values are written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The decimal mark.
    pub decimal: char,
    /// Of dates and instants, as `strptime` has it; none: ISO 8601.
    pub date: Option<String>,
    /// Of instants that do not say it themselves.
    pub zone: TimeZone,
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
                return Ok(AttributeValue::Texts(items.iter().cloned().collect()));
            }
            Cell::List(items) => (Cow::Owned(items.join(&self.list)), self.decimal),
            Cell::Blank => (Cow::Borrowed(""), self.decimal),
            Cell::Foreign => return Err("is no value but a structure of its own".to_owned()),
        };
        let text = text.as_ref();
        let number = || Decimal::parse(text, decimal);
        Ok(match reads {
            Reads::Text => AttributeValue::Text(text.to_owned()),
            Reads::Texts => AttributeValue::Texts(self.items(text)),
            Reads::Integer => AttributeValue::Integer(
                number()
                    .and_then(|number| number.as_integer())
                    .ok_or_else(|| format!("`{}` is no whole number", short(text)))?,
            ),
            Reads::Number => {
                AttributeValue::Number(number().and_then(|number| number.as_number()).ok_or_else(
                    || format!("`{}` is no number such as 12{decimal}5", short(text)),
                )?)
            }
            Reads::Money => AttributeValue::Money(self.money(text, decimal)?),
            Reads::Flag => AttributeValue::Flag(self.flag(text)?),
            Reads::Date => AttributeValue::Date(days_of(self.date(text)?)),
            Reads::Instant => AttributeValue::Instant(self.instant(text)?),
            Reads::OneOf(codes) => codes
                .contains(&text)
                .then(|| AttributeValue::Text(text.to_owned()))
                .ok_or_else(|| format!("`{}` is none of {}", short(text), codes.join(", ")))?,
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
                .ok_or_else(|| format!("`{}` is no whole number of minor units", short(text))),
            Unit::Major { exponent } => {
                money::parse(text, decimal, exponent).map_err(|error| match error {
                    NotAnAmount::Malformed => {
                        format!("`{}` is no amount such as 1234{decimal}56", short(text))
                    }
                    other => format!("`{}` {other}", short(text)),
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
            short(&text)
        ))
    }

    fn date(&self, text: &str) -> Result<Date, String> {
        let date = match &self.date {
            Some(format) => strtime::parse(format, text).and_then(|found| found.to_date()),
            None => text.parse(),
        };
        date.map_err(|_| self.no_date(text))
    }

    /// An instant; a date alone is taken as its first moment.
    fn instant(&self, text: &str) -> Result<Micros, String> {
        let (civil, offset) = match &self.date {
            Some(format) => {
                let found = strtime::parse(format, text).map_err(|_| self.no_date(text))?;
                if found.offset().is_some() || found.timestamp().is_some() {
                    (None, found.to_timestamp().ok())
                } else {
                    (civil(&found), None)
                }
            }
            None => match text.parse::<jiff::Timestamp>() {
                Ok(timestamp) => (None, Some(timestamp)),
                Err(_) => (text.parse().ok(), None),
            },
        };
        // A local time that does not exist is taken as that much after the gap,
        // one that exists twice as its first occurrence.
        let zoned = |civil: DateTime| self.zone.to_timestamp(civil).ok();
        offset
            .or_else(|| civil.and_then(zoned))
            .map(|timestamp| Micros(timestamp.as_microsecond()))
            .ok_or_else(|| self.no_date(text))
    }

    fn no_date(&self, text: &str) -> String {
        match &self.date {
            Some(format) => format!("`{}` is no date like {format}", short(text)),
            None => format!(
                "`{}` is no date such as 2026-03-02 or 2026-03-02 10:00:00; `date` in the mapping \
                 names another form",
                short(text)
            ),
        }
    }
}

fn civil(found: &BrokenDownTime) -> Option<DateTime> {
    if found.hour().is_some() {
        return found.to_datetime().ok();
    }
    found.to_date().ok().map(|date| date.at(0, 0, 0, 0))
}

/// Whether a form of dates can be read at all: what it writes it must read.
pub fn is_date_format(format: &str) -> bool {
    let sample = jiff::civil::date(2026, 3, 2)
        .at(10, 20, 30, 0)
        .to_zoned(TimeZone::UTC);
    let Ok(sample) = sample else { return false };
    strtime::format(format, &sample)
        .and_then(|written| strtime::parse(format, written))
        .is_ok_and(|found| {
            found.timestamp().is_some() || found.to_date().is_ok_and(|date| date == sample.date())
        })
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

/// As much of a value as a message shows.
pub fn short(text: &str) -> String {
    const CHARS_SHOWN: usize = 60;
    if text.chars().count() <= CHARS_SHOWN {
        return text.to_owned();
    }
    text.chars().take(CHARS_SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn writing() -> Writing {
        Writing {
            decimal: ',',
            date: None,
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            unit: Unit::Major { exponent: 2 },
            list: ";".to_owned(),
            yes: ["ja".to_owned()].into(),
            no: ["nein".to_owned()].into(),
        }
    }

    fn read(writing: &Writing, text: &str, reads: Reads) -> Result<AttributeValue, String> {
        writing.read(&Cell::Text(text.into()), reads)
    }

    fn instant(writing: &Writing, text: &str) -> String {
        match read(writing, text, Reads::Instant) {
            Ok(AttributeValue::Instant(at)) => {
                jiff::Timestamp::from_microsecond(at.0).unwrap().to_string()
            }
            other => format!("{other:?}"),
        }
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
    fn instants_are_of_the_mappings_zone_unless_they_say_another() {
        let iso = writing();
        let written = |date: &str| Writing {
            date: Some(date.to_owned()),
            ..writing()
        };
        for (writing, text, expected) in [
            (&iso, "2026-03-02", "2026-03-01T23:00:00Z"),
            (&iso, "2026-07-02 10:00:00", "2026-07-02T08:00:00Z"),
            (&iso, "2026-07-02T10:00:00-03:00", "2026-07-02T13:00:00Z"),
            (&iso, "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
            (&iso, "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
            (&written("%d.%m.%Y"), "02.07.2026", "2026-07-01T22:00:00Z"),
            (
                &written("%d.%m.%y %H:%M"),
                "02.07.26 10:05",
                "2026-07-02T08:05:00Z",
            ),
            (
                &written("%Y%m%d %I:%M %p"),
                "20260702 01:05 PM",
                "2026-07-02T11:05:00Z",
            ),
            (
                &written("%d/%m/%Y %H:%M %z"),
                "02/07/2026 10:00 +0000",
                "2026-07-02T10:00:00Z",
            ),
            (&written("%s"), "0", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(instant(writing, text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let iso = writing();
        let german = Writing {
            date: Some("%d.%m.%Y".to_owned()),
            ..writing()
        };
        for (writing, text, reads, expected) in [
            (
                &iso,
                "1,005",
                Reads::Money,
                "`1,005` has more decimals than the currency's 2",
            ),
            (&iso, "1,5", Reads::Integer, "`1,5` is no whole number"),
            (
                &iso,
                "many",
                Reads::Number,
                "`many` is no number such as 12,5",
            ),
            (
                &german,
                "31.02.2026",
                Reads::Date,
                "`31.02.2026` is no date like %d.%m.%Y",
            ),
            (
                &german,
                "2026-03-02",
                Reads::Instant,
                "`2026-03-02` is no date like %d.%m.%Y",
            ),
            (
                &iso,
                "open",
                Reads::OneOf(&["won", "lost"]),
                "`open` is none of won, lost",
            ),
        ] {
            assert_eq!(
                read(writing, text, reads),
                Err(expected.to_owned()),
                "{text}"
            );
        }
        let long = read(&iso, &"x".repeat(1_000), Reads::Integer).unwrap_err();
        assert!(long.len() < 100, "{long}");
    }

    #[test]
    fn a_form_of_dates_has_to_tell_the_day() {
        for format in [
            "%d.%m.%Y",
            "%Y-%m-%d %H:%M:%S",
            "%s",
            "%d %b %Y",
            "%m/%d/%y",
        ] {
            assert!(is_date_format(format), "{format}");
        }
        for format in ["", "%H:%M", "%m.%Y", "%q", "dd.mm.yyyy", "%"] {
            assert!(!is_date_format(format), "{format}");
        }
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
        fn no_value_panics(
            text in "\\PC{0,30}",
            date in proptest::option::of(proptest::sample::select(
                vec!["%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%s", "%z %Y-%j", "%G-W%V-%u"],
            )),
        ) {
            let writing = Writing { date: date.map(str::to_owned), ..writing() };
            for reads in [
                Reads::Text, Reads::Texts, Reads::Integer, Reads::Number, Reads::Money,
                Reads::Flag, Reads::Date, Reads::Instant, Reads::OneOf(&["won"]),
            ] {
                let _ = read(&writing, &text, reads);
            }
            let _ = (is_date_format(&text), code_of(&text));
        }
    }
}
