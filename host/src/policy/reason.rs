//! Reasons in words: the manifest's texts with the arguments put in.

use std::fmt::Write;

use super::manifest::Manifest;
use super::question::{Reason, Value};
use crate::domain::calendar::date_of;
use crate::domain::money;
use crate::domain::span::{Leg, Span};

/// In which language people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

impl Language {
    /// By its ISO 639-1 code; English for all that have no texts.
    pub fn of(code: &str) -> Self {
        match code {
            "de" => Self::German,
            _ => Self::English,
        }
    }
}

/// A reason's text; its code where the manifest has no text for it.
pub fn in_words(
    manifest: &Manifest,
    language: Language,
    currency: &str,
    reason: &Reason,
) -> String {
    let Some(texts) = manifest.reason(&reason.code) else {
        return reason.code.clone();
    };
    let text = match language {
        Language::English => &texts.en,
        Language::German => &texts.de,
    };
    fill(text, &reason.args, language, currency)
}

/// Puts arguments in the place of {0}, {1} …; what names none stays as it is.
fn fill(text: &str, args: &[Value], language: Language, currency: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let argument = after.split_once('}').and_then(|(number, after)| {
            let position: usize = number.parse().ok()?;
            Some((args.get(position)?, after))
        });
        rest = match argument {
            Some((argument, after)) => {
                filled.push_str(&value(argument, language, currency));
                after
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// A value as people write it.
pub fn value(value: &Value, language: Language, currency: &str) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.iter().cloned().collect::<Vec<_>>().join(", "),
        Value::Integer(integer) => grouped(&integer.to_string(), language),
        Value::Number(number) => decimal(&format!("{number}"), language),
        Value::Flag(flag) => match (language, flag) {
            (Language::English, true) => "yes",
            (Language::English, false) => "no",
            (Language::German, true) => "ja",
            (Language::German, false) => "nein",
        }
        .to_owned(),
        Value::Money(minor) => amount(*minor, language, currency),
        Value::Date(days) => match date_of(*days) {
            Some(day) => date(day, language),
            None => days.to_string(),
        },
        Value::Instant(instant) => local_time(instant.micros, instant.offset_seconds, language),
        Value::Span(legs) => span(legs, language),
    }
}

/// A day, such as 2026-03-09 or 09.03.2026.
pub fn date(day: jiff::civil::Date, language: Language) -> String {
    match language {
        Language::English => day.to_string(),
        Language::German => day.strftime("%d.%m.%Y").to_string(),
    }
}

/// An amount with the digits of its currency, such as 1,250.00 EUR.
pub fn amount(minor: i64, language: Language, currency: &str) -> String {
    let exponent = money::exponent(currency).unwrap_or(2) as usize;
    let digits = format!("{:0width$}", minor.unsigned_abs(), width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    let sign = if minor < 0 { "-" } else { "" };
    let plain = match fraction {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    };
    format!("{} {currency}", decimal(&plain, language))
}

/// What an account of that unit holds, such as 1,250.00 EUR or 1,250 points.
pub fn in_unit(held: i64, unit: &str, language: Language, currency: &str) -> String {
    let name = match (language, unit) {
        (_, "money") => return amount(held, language, currency),
        (Language::English, "points") => " points",
        (Language::German, "points") => " Punkte",
        _ => "",
    };
    format!("{}{name}", grouped(&held.to_string(), language))
}

/// A decimal number with the language's separators; what follows its digits stays.
pub fn decimal(plain: &str, language: Language) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut text = grouped(whole, language);
    if !fraction.is_empty() {
        text.push(match language {
            Language::English => '.',
            Language::German => ',',
        });
        text.push_str(fraction);
    }
    text
}

fn grouped(whole: &str, language: Language) -> String {
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    // Numbers beyond all measure are written with an exponent.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole.to_owned();
    }
    let separator = match language {
        Language::English => ',',
        Language::German => '.',
    };
    let mut text = sign.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// By the contract's clock.
fn local_time(micros: i64, offset_seconds: i32, language: Language) -> String {
    let local = jiff::tz::Offset::from_seconds(offset_seconds)
        .ok()
        .zip(jiff::Timestamp::from_microsecond(micros).ok())
        .map(|(offset, at)| offset.to_datetime(at));
    match (local, language) {
        (Some(at), Language::English) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        (Some(at), Language::German) => at.strftime("%d.%m.%Y %H:%M").to_string(),
        (None, _) => micros.to_string(),
    }
}

fn span(span: &Span, language: Language) -> String {
    if language == Language::English {
        return span.to_string();
    }
    let mut text = String::new();
    for leg in &span.0 {
        if !text.is_empty() {
            text.push_str(" + ");
        }
        let (count, one, many) = match *leg {
            Leg::ElapsedSeconds(seconds) => clock(seconds, CLOCK),
            Leg::WorkingSeconds(seconds) => clock(seconds, WORKING_CLOCK),
            Leg::CalendarDays(days) => (days, "Tag", "Tage"),
            Leg::BusinessDays(days) => (days, "Werktag", "Werktage"),
            Leg::CalendarMonths(months) => (months, "Monat", "Monate"),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{count} {}", if count == 1 { one } else { many });
    }
    text
}

/// Seconds in a unit, with its name for one and for many.
type Unit = (u32, &'static str, &'static str);

const CLOCK: [Unit; 3] = [
    (3600, "Stunde", "Stunden"),
    (60, "Minute", "Minuten"),
    (1, "Sekunde", "Sekunden"),
];
const WORKING_CLOCK: [Unit; 3] = [
    (3600, "Arbeitsstunde", "Arbeitsstunden"),
    (60, "Arbeitsminute", "Arbeitsminuten"),
    (1, "Arbeitssekunde", "Arbeitssekunden"),
];

/// In the largest unit that divides evenly.
fn clock(seconds: u32, units: [Unit; 3]) -> (u32, &'static str, &'static str) {
    let (factor, one, many) = units
        .into_iter()
        .find(|(factor, ..)| seconds != 0 && seconds.is_multiple_of(*factor))
        .unwrap_or(units[2]);
    (seconds / factor, one, many)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::question::Instant;

    #[test]
    fn arguments_are_written_as_people_write_them() {
        let at = Instant {
            micros: 1_772_442_000_000_000,
            offset_seconds: 3600,
            in_working_time: true,
        };
        for (value, english, german) in [
            (Value::Text("gold".into()), "gold", "gold"),
            (
                Value::Texts(["b".into(), "a".into()].into()),
                "a, b",
                "a, b",
            ),
            (Value::Integer(-1_234_567), "-1,234,567", "-1.234.567"),
            (Value::Number(1234.5), "1,234.5", "1.234,5"),
            (Value::Flag(true), "yes", "ja"),
            (Value::Money(125_005), "1,250.05 EUR", "1.250,05 EUR"),
            (Value::Money(-5), "-0.05 EUR", "-0,05 EUR"),
            (Value::Date(20_514), "2026-03-02", "02.03.2026"),
            // A policy may answer what is no date.
            (Value::Date(i32::MAX), "2147483647", "2147483647"),
            (Value::Instant(at), "2026-03-02 10:00", "02.03.2026 10:00"),
            (
                Value::Span("1 month + 2 business days".parse().unwrap()),
                "1 month + 2 business days",
                "1 Monat + 2 Werktage",
            ),
            (
                Value::Span("90 working minutes".parse().unwrap()),
                "90 working minutes",
                "90 Arbeitsminuten",
            ),
        ] {
            let text = |language| fill("{0}", std::slice::from_ref(&value), language, "EUR");
            assert_eq!(text(Language::English), english);
            assert_eq!(text(Language::German), german);
        }
        assert_eq!(amount(500, Language::English, "JPY"), "500 JPY");
    }

    /// As a policy may answer them, whatever they may mean.
    fn arguments() -> impl Strategy<Value = Value> {
        let leg = prop_oneof![
            any::<u32>().prop_map(Leg::ElapsedSeconds),
            any::<u32>().prop_map(Leg::WorkingSeconds),
            any::<u32>().prop_map(Leg::CalendarDays),
            any::<u32>().prop_map(Leg::BusinessDays),
            any::<u32>().prop_map(Leg::CalendarMonths),
        ];
        let long = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        let int = prop_oneof![any::<i32>(), Just(i32::MIN), Just(i32::MAX)];
        prop_oneof![
            any::<String>().prop_map(Value::Text),
            proptest::collection::btree_set(any::<String>(), 0..4).prop_map(Value::Texts),
            long.clone().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::Number),
            any::<bool>().prop_map(Value::Flag),
            long.clone().prop_map(Value::Money),
            int.clone().prop_map(Value::Date),
            (long, int).prop_map(|(micros, offset_seconds)| Value::Instant(Instant {
                micros,
                offset_seconds,
                in_working_time: false,
            })),
            proptest::collection::vec(leg, 0..40).prop_map(|legs| Value::Span(Span(legs))),
        ]
    }

    proptest! {
        #[test]
        fn no_argument_panics(
            text in "[{}0-3a ]{0,12}",
            args in proptest::collection::vec(arguments(), 0..4),
            currency in prop_oneof![Just("EUR".to_owned()), any::<String>()],
        ) {
            for language in [Language::English, Language::German] {
                fill(&format!("{text}{{0}}"), &args, language, &currency);
            }
        }
    }

    #[test]
    fn what_is_no_argument_stays_as_it_is() {
        let args = [Value::Integer(5)];
        let text = fill("{0} of {1} {x} {", &args, Language::English, "EUR");
        assert_eq!(text, "5 of {1} {x} {");
    }
}
