//! Lengths of time as terms, configurations and policies write them. Walking
//! them needs a calendar; here is only what they are and how they read.

use std::fmt;
use std::str::FromStr;

/// One leg of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// Seconds on the clock.
    ElapsedSeconds(u32),
    /// Seconds of the contract's working time; 0 moves to the next working instant.
    WorkingSeconds(u32),
    /// Days of the local calendar.
    CalendarDays(u32),
    /// Days on which the contract works.
    BusinessDays(u32),
    /// Months of the local calendar.
    CalendarMonths(u32),
}

/// A length of time: legs, walked in their order. Its text is such as
/// `1 month + 2 business days`; that of no legs is empty.
///
/// ```
/// use stellwerk::domain::span::{Leg, Span};
/// let span: Span = "4 working hours".parse().unwrap();
/// assert_eq!(span.0, [Leg::WorkingSeconds(14_400)]);
/// assert_eq!(span.to_string(), "4 working hours");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span(pub Vec<Leg>);

/// A text that is no span.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{leg}` is no length of time: write a whole number and one of seconds, minutes, hours, \
     working seconds, working minutes, working hours, days, business days, months"
)]
pub struct NotASpan {
    /// The part between two plus signs that could not be read.
    pub leg: String,
}

/// Seconds in each unit of the clock, the largest first.
const CLOCK: [(u32, &str); 3] = [(3600, "hour"), (60, "minute"), (1, "second")];

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        text.split('+')
            .map(|leg| {
                parse_leg(leg.trim()).ok_or_else(|| NotASpan {
                    leg: leg.trim().to_owned(),
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parse_leg(text: &str) -> Option<Leg> {
    let mut words = text.split_whitespace();
    let number = words.next()?;
    // `parse` alone would take a leading plus sign.
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u32 = number.parse().ok()?;
    let first = words.next()?;
    let (working, unit) = match (first, words.next()) {
        (qualifier @ ("working" | "business"), Some(unit)) => (Some(qualifier), unit),
        (unit, None) => (None, unit),
        _ => return None,
    };
    if words.next().is_some() {
        return None;
    }
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let seconds = || {
        let (factor, _) = CLOCK.iter().find(|(_, name)| *name == unit)?;
        count.checked_mul(*factor)
    };
    match (working, unit) {
        (None, "day") => Some(Leg::CalendarDays(count)),
        (None, "month") => Some(Leg::CalendarMonths(count)),
        (Some("business"), "day") => Some(Leg::BusinessDays(count)),
        (None, _) => seconds().map(Leg::ElapsedSeconds),
        (Some("working"), _) => seconds().map(Leg::WorkingSeconds),
        _ => None,
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, leg) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(" + ")?;
            }
            leg.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ElapsedSeconds(seconds) => write_clock(f, seconds, ""),
            Self::WorkingSeconds(seconds) => write_clock(f, seconds, "working "),
            Self::CalendarDays(days) => write_count(f, days, "", "day"),
            Self::BusinessDays(days) => write_count(f, days, "business ", "day"),
            Self::CalendarMonths(months) => write_count(f, months, "", "month"),
        }
    }
}

/// In the largest unit that divides evenly.
fn write_clock(f: &mut fmt::Formatter<'_>, seconds: u32, qualifier: &str) -> fmt::Result {
    let (factor, unit) = CLOCK
        .into_iter()
        .find(|(factor, _)| seconds != 0 && seconds.is_multiple_of(*factor))
        .unwrap_or((1, "second"));
    write_count(f, seconds / factor, qualifier, unit)
}

fn write_count(f: &mut fmt::Formatter<'_>, count: u32, qualifier: &str, unit: &str) -> fmt::Result {
    let plural = if count == 1 { "" } else { "s" };
    write!(f, "{count} {qualifier}{unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_as_it_is_written() {
        for text in [
            "",
            "15 minutes",
            "1 hour",
            "90 seconds",
            "4 working hours",
            "0 working seconds",
            "2 business days",
            "1 business day",
            "3 days",
            "1 month + 0 working seconds",
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn units_are_those_that_are_named() {
        assert_eq!("60 minutes".parse::<Span>().unwrap().to_string(), "1 hour");
        assert_eq!(
            "1 months".parse::<Span>().unwrap().0,
            [Leg::CalendarMonths(1)]
        );
        for text in [
            "soon",
            "5",
            "-1 days",
            "+1 days",
            "1 working days",
            "2 business hours",
            "1.5 hours",
            "4000000 hours",
            "1 day +",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String, near in "[0-9]{0,12} ?(working|business)? ?[a-z]{0,8}s?( \\+ )?") {
            for text in [text, near] {
                let Ok(span) = text.parse::<Span>() else { continue };
                proptest::prop_assert_eq!(span.to_string().parse(), Ok(span));
            }
        }
    }
}
