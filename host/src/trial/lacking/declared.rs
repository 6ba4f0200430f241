//! What a trial's file says is to be taken for what history does not tell.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::Input;
use crate::domain::event::EventCode;
use crate::domain::measure::MeasureKind;
use crate::domain::nearest::nearest;
use crate::domain::text::place_in;
use crate::domain::time::Micros;
use crate::import::{Assumed, AssumedEvent};

/// Millionths in one per cent.
const PER_CENT: f64 = 10_000.0;
const HOUR_SECONDS: f64 = 3_600.0;
const SECOND_MICROS: i64 = 1_000_000;
/// Nobody reports later than after ten years.
const HOURS_MAX: f64 = 87_600.0;
/// There was none of it.
const NONE: &str = "none";
/// A measure that is as was agreed.
const AS_AGREED: &str = "as-agreed";

/// The table `[assume]`, by what an input is called.
pub type Table = BTreeMap<String, Spanned<toml::Value>>;

/// What is assumed for an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Assumption {
    /// There was none of it, or it was as agreed.
    Nothing,
    /// Of so many millionths of the leads that somebody had, so many seconds after the claim;
    /// the claim itself after the lead came in.
    Event { share: u64, after_seconds: u32 },
    /// A measure or target, of every partner that nothing is told of, all the time.
    Value(f64),
}

/// What is declared about what history does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// History tells all that has happened: what it has none of, there was none of.
    pub is_complete: bool,
    pub assumptions: BTreeMap<Input, Assumption>,
    /// Where each stands in the file, such as `line 12, column 1`.
    pub places: BTreeMap<Input, String>,
}

/// An event as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct EventTable {
    percent: Option<f64>,
    after_hours: Option<f64>,
}

impl Declared {
    /// Reads the table of a file, `text`. `reports` are the codes that a holder may report.
    ///
    /// # Errors
    /// The first that cannot be, with its line and what it is called.
    pub fn read(
        table: &Table,
        text: &str,
        is_complete: bool,
        reports: &[&str],
    ) -> Result<Self, String> {
        let mut declared = Self {
            is_complete,
            ..Self::default()
        };
        for (name, value) in table {
            let place = place_in(text, value.span().start);
            let (input, assumption) = Self::one(name, value.get_ref(), reports)
                .map_err(|message| format!("{place}: assume.\"{name}\": {message}"))?;
            declared.places.insert(input.clone(), place);
            declared.assumptions.insert(input, assumption);
        }
        Ok(declared)
    }

    /// Reads one of its entries.
    ///
    /// # Errors
    /// What it has to be.
    pub fn one(
        name: &str,
        value: &toml::Value,
        reports: &[&str],
    ) -> Result<(Input, Assumption), String> {
        let input = Input::parse(name).ok_or(
            "is nothing that a plan goes by; write such as event/care-contact, \
             measure/satisfaction or target/deals",
        )?;
        let assumption = match &input {
            Input::Event(code) => event(code, value, reports)?,
            Input::Measure(_) => match value.as_str() {
                Some(AS_AGREED) => Assumption::Nothing,
                _ => Assumption::Value(number(value).ok_or(format!(
                    "takes the number that it was, such as 8.0, or \"{AS_AGREED}\""
                ))?),
            },
            Input::Target(_) => {
                let target = number(value).filter(|target| *target > 0.0);
                Assumption::Value(target.ok_or("takes a number above 0, such as 3.0")?)
            }
        };
        Ok((input, assumption))
    }

    /// The same, and what a corner of what is possible says.
    pub fn with(&self, corner: &BTreeMap<Input, Assumption>) -> Self {
        let mut all = self.clone();
        let corner = corner.iter();
        all.assumptions
            .extend(corner.map(|(input, assumption)| (input.clone(), assumption.clone())));
        all
    }

    /// The events that history is read with.
    pub fn events(&self) -> Assumed {
        let events = self.assumptions.iter();
        let events = events.filter_map(|(input, assumption)| match (input, assumption) {
            (
                Input::Event(code),
                Assumption::Event {
                    share,
                    after_seconds,
                },
            ) => Some(AssumedEvent {
                code: code.clone(),
                share: *share,
                after: Micros(i64::from(*after_seconds) * SECOND_MICROS),
            }),
            _ => None,
        });
        Assumed::new(events.collect())
    }

    /// Measures and targets that are assumed, with their values.
    pub fn values(&self) -> Vec<(MeasureKind, &str, f64)> {
        let values = self.assumptions.iter();
        let values = values.filter_map(|(input, assumption)| match (input, assumption) {
            (Input::Measure(name), Assumption::Value(value)) => {
                Some((MeasureKind::Measure, name.as_str(), *value))
            }
            (Input::Target(name), Assumption::Value(value)) => {
                Some((MeasureKind::Target, name.as_str(), *value))
            }
            _ => None,
        });
        values.collect()
    }
}

fn event(code: &str, value: &toml::Value, reports: &[&str]) -> Result<Assumption, String> {
    let [claimed, unworked] = [EventCode::Claimed, EventCode::Unworked].map(EventCode::as_str);
    if ![claimed, unworked].contains(&code) && !reports.contains(&code) {
        let known = reports.iter().copied().chain([claimed, unworked]);
        let near = nearest(code, known.clone());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let known: Vec<&str> = known.collect();
        return Err(format!(
            "is none of the events that can be assumed: {}{near}",
            known.join(", ")
        ));
    }
    if value.as_str() == Some(NONE) && code != claimed {
        return Ok(Assumption::Nothing);
    }
    let written = match code {
        code if code == claimed => "takes such as { after-hours = 4.0 }, counted from when the \
             lead came in"
            .to_owned(),
        code if code == unworked => format!(
            "takes \"{NONE}\", or such as {{ percent = 100.0 }} of the leads of which no work \
             is told within the terms' limit"
        ),
        _ => format!("takes \"{NONE}\", or such as {{ percent = 60.0, after-hours = 24.0 }}"),
    };
    let table: EventTable = value.clone().try_into().map_err(|_| written.clone())?;
    let is_within = |number: Option<f64>, most| number.is_none_or(|of| (0.0..=most).contains(&of));
    if !is_within(table.percent, 100.0) {
        return Err("percent: has to be from 0 to 100".to_owned());
    }
    if !is_within(table.after_hours, HOURS_MAX) {
        return Err(format!("after-hours: has to be from 0 to {HOURS_MAX}"));
    }
    // A claim is of every lead, and when nobody had worked one the terms say.
    let is_foreign = match code {
        code if code == claimed => table.percent.is_some() || table.after_hours.is_none(),
        code if code == unworked => table.after_hours.is_some() || table.percent.is_none(),
        _ => table.percent.is_none(),
    };
    if is_foreign {
        return Err(written);
    }
    Ok(Assumption::Event {
        share: (table.percent.unwrap_or(100.0) * PER_CENT).round() as u64,
        after_seconds: (table.after_hours.unwrap_or(0.0) * HOUR_SECONDS).round() as u32,
    })
}

fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(whole) => Some(*whole as f64),
        toml::Value::Float(number) => Some(*number).filter(|number| number.is_finite()),
        _ => None,
    }
}

/// As the file has it.
impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str(NONE),
            Self::Event {
                share,
                after_seconds,
            } => write!(
                f,
                "{} %, {} h",
                *share as f64 / PER_CENT,
                f64::from(*after_seconds) / HOUR_SECONDS
            ),
            Self::Value(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Declared, String> {
        let table: Table = toml::from_str(text).unwrap();
        Declared::read(&table, text, false, &["contacted", "care-contact"])
    }

    #[test]
    fn events_have_a_share_and_measures_a_value() {
        let declared = read(
            "\"event/care-contact\" = { percent = 12.5, after-hours = 1.5 }\n\
             \"event/contacted\" = \"none\"\n\"event/claimed\" = { after-hours = 2 }\n\
             \"measure/satisfaction\" = 8\n\"measure/rework\" = \"as-agreed\"\n\
             \"target/deals\" = 3.5\n",
        );
        let declared = declared.unwrap();
        let of = |name: &str| &declared.assumptions[&Input::parse(name).unwrap()];
        let event = |share, after_seconds| Assumption::Event {
            share,
            after_seconds,
        };
        assert_eq!(*of("event/care-contact"), event(125_000, 5_400));
        assert_eq!(*of("event/contacted"), Assumption::Nothing);
        assert_eq!(*of("event/claimed"), event(1_000_000, 7_200));
        let values = declared.values();
        let expected = [
            (MeasureKind::Measure, "satisfaction", 8.0),
            (MeasureKind::Target, "deals", 3.5),
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn what_cannot_be_is_said_with_its_line() {
        for (line, said) in [
            (
                "\"event/care-contacts\" = \"none\"",
                "did you mean `care-contact`?",
            ),
            ("\"event/contacted\" = { percent = 101 }", "from 0 to 100"),
            (
                "\"event/contacted\" = { percent = 5, after-hours = -1 }",
                "after-hours",
            ),
            (
                "\"event/contacted\" = { after-hours = 1 }",
                "percent = 60.0",
            ),
            ("\"event/claimed\" = \"none\"", "after-hours = 4.0"),
            (
                "\"event/unworked\" = { percent = 5, after-hours = 1 }",
                "percent = 100.0",
            ),
            ("\"measure/x\" = \"good\"", "\"as-agreed\""),
            ("\"measure/x\" = nan", "\"as-agreed\""),
            ("\"target/x\" = 0", "above 0"),
            ("x = 0", "measure/satisfaction"),
        ] {
            let refused = read(&format!("\n{line}")).unwrap_err();
            assert!(refused.starts_with("line 2, column "), "{refused}");
            assert!(refused.contains(said), "{said}: {refused}");
        }
    }
}
