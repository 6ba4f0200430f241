//! Lengths of time. The host walks them by the contract's calendar.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One leg of a span.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::{Leg, testing};
///
/// // The partner is blocked until tomorrow: that is how long it waits.
/// let context: Context = testing::input(r#"{ "now": { "micros": 1772445600000000 } }"#);
/// let blocked_until = 1_772_532_000_000_000;
/// let seconds = (blocked_until - context.now.micros) / 1_000_000;
/// let span = Span::of([Leg::ElapsedSeconds(seconds as u32)]);
/// assert_eq!(Refusal::Wait { span }, Refusal::Wait { span: "24 hours".parse().unwrap() });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// Seconds on the clock.
    ElapsedSeconds(u32),
    /// Seconds of the contract's working time; 0 moves to the next working instant.
    WorkingSeconds(u32),
    /// Days of the local calendar: the same time of day, whatever daylight saving
    /// does.
    CalendarDays(u32),
    /// Days on which the contract works.
    BusinessDays(u32),
    /// Months of the local calendar; the last day where the month is too short.
    CalendarMonths(u32),
}

/// Legs, walked in their order. As text, which is how terms and configurations
/// have it: `4 working hours`, `1 month + 2 business days`.
///
/// ```
/// use stellwerk_plugin_sdk::{Leg, Span};
///
/// let span: Span = "1 month + 4 working hours".parse().unwrap();
/// assert_eq!(span.legs(), [Leg::CalendarMonths(1), Leg::WorkingSeconds(14_400)]);
/// assert_eq!(span.to_string(), "1 month + 4 working hours");
/// // What is no span is refused with what would be one.
/// assert!("soon".parse::<Span>().unwrap_err().contains("such as `4 working hours`"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span(Vec<Leg>);

/// Makes a leg of so many units, if they fit.
type MakeLeg = fn(u32) -> Option<Leg>;

const UNITS: [(&str, MakeLeg); 10] = [
    ("second", |n| Some(Leg::ElapsedSeconds(n))),
    ("minute", |n| n.checked_mul(60).map(Leg::ElapsedSeconds)),
    ("hour", |n| n.checked_mul(3_600).map(Leg::ElapsedSeconds)),
    ("working second", |n| Some(Leg::WorkingSeconds(n))),
    ("working minute", |n| {
        n.checked_mul(60).map(Leg::WorkingSeconds)
    }),
    ("working hour", |n| {
        n.checked_mul(3_600).map(Leg::WorkingSeconds)
    }),
    ("day", |n| Some(Leg::CalendarDays(n))),
    ("business day", |n| Some(Leg::BusinessDays(n))),
    ("month", |n| Some(Leg::CalendarMonths(n))),
    ("calendar day", |n| Some(Leg::CalendarDays(n))),
];

impl Span {
    /// No time at all: as a wake-up's span it drops the wake-up.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let dropped = WakeUp::after("claim-reminder", Span::NONE);
    /// assert_eq!(dropped, WakeUp::drop("claim-reminder"));
    /// ```
    pub const NONE: Self = Self(Vec::new());

    /// A span of these legs, in their order.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::{Leg, Span};
    /// // The default of a configuration: how long a partner may leave a lead alone.
    /// let patience = Span::of([Leg::BusinessDays(2)]);
    /// assert_eq!(patience.to_string(), "2 business days");
    /// ```
    pub fn of(legs: impl Into<Vec<Leg>>) -> Self {
        Self(legs.into())
    }

    /// The legs in their order.
    pub fn legs(&self) -> &[Leg] {
        &self.0
    }

    /// Whether it has no leg, as where a configuration leaves it empty.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// fn checked(rung_time: &Span) -> Vec<Problem> {
    ///     if rung_time.is_none() {
    ///         return vec![Problem::at("/rung-time", "is empty; write such as `1 business day`")];
    ///     }
    ///     Vec::new()
    /// }
    /// assert_eq!(checked(&"".parse().unwrap()).len(), 1);
    /// assert!(checked(&"1 business day".parse().unwrap()).is_empty());
    /// ```
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Each leg at a share of it, in per cent, rounded down; a share of days is
    /// taken in hours of the clock, or of the working time for business days
    /// (as 8 hours each), so that half of one day is half a day. A month is taken
    /// as 30 days.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// // A reminder half-way through the promised time.
    /// let promised = testing::terms().service_level(Temperature::Warm).claim;
    /// assert_eq!(promised.to_string(), "4 working hours");
    /// assert_eq!(promised.per_cent(50).to_string(), "2 working hours");
    /// ```
    pub fn per_cent(&self, share: u32) -> Self {
        let part = |count: u32, seconds: u64| {
            let seconds = u64::from(count) * seconds * u64::from(share) / 100;
            u32::try_from(seconds).unwrap_or(u32::MAX)
        };
        let leg = |leg: &Leg| match *leg {
            Leg::ElapsedSeconds(n) => Leg::ElapsedSeconds(part(n, 1)),
            Leg::WorkingSeconds(n) => Leg::WorkingSeconds(part(n, 1)),
            Leg::CalendarDays(n) => Leg::ElapsedSeconds(part(n, 86_400)),
            Leg::BusinessDays(n) => Leg::WorkingSeconds(part(n, 8 * 3_600)),
            Leg::CalendarMonths(n) => Leg::ElapsedSeconds(part(n, 30 * 86_400)),
        };
        Self(self.0.iter().map(leg).collect())
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::NONE);
        }
        text.split('+')
            .map(|leg| {
                parse_leg(leg.trim()).ok_or_else(|| {
                    format!(
                        "`{}` is no length of time such as `4 working hours`",
                        leg.trim()
                    )
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parse_leg(text: &str) -> Option<Leg> {
    let (number, unit) = text.split_once(' ')?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit = unit.trim();
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let (_, leg) = UNITS.iter().find(|(name, _)| *name == unit)?;
    leg(number.parse().ok()?)
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, leg) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(" + ")?;
            }
            let (count, unit) = match *leg {
                Leg::ElapsedSeconds(seconds) => clock(seconds, ["second", "minute", "hour"]),
                Leg::WorkingSeconds(seconds) => clock(
                    seconds,
                    ["working second", "working minute", "working hour"],
                ),
                Leg::CalendarDays(days) => (days, "day"),
                Leg::BusinessDays(days) => (days, "business day"),
                Leg::CalendarMonths(months) => (months, "month"),
            };
            let plural = if count == 1 { "" } else { "s" };
            write!(f, "{count} {unit}{plural}")?;
        }
        Ok(())
    }
}

/// In the largest unit that divides evenly.
fn clock(seconds: u32, units: [&'static str; 3]) -> (u32, &'static str) {
    match seconds {
        0 => (0, units[0]),
        seconds if seconds.is_multiple_of(3_600) => (seconds / 3_600, units[2]),
        seconds if seconds.is_multiple_of(60) => (seconds / 60, units[1]),
        seconds => (seconds, units[0]),
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time such as `15 minutes`, `4 working hours`, `2 business days`, `1 month`; several joined by ` + `.",
            "pattern": "^[0-9]+ [a-z ]+( \\+ [0-9]+ [a-z ]+)*$"
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_span_is_read_as_it_is_written(legs in prop::collection::vec((0u8..5, any::<u32>()), 0..4)) {
            let span = Span::of(legs.into_iter().map(|(kind, n)| match kind {
                0 => Leg::ElapsedSeconds(n),
                1 => Leg::WorkingSeconds(n),
                2 => Leg::CalendarDays(n),
                3 => Leg::BusinessDays(n),
                _ => Leg::CalendarMonths(n),
            }).collect::<Vec<_>>());
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "soon",
            "5",
            "-1 days",
            "1 working day",
            "99999999999 hours",
            "1 day +",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
