//! Working hours of terms, read.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::check::Problems;
use super::{Hours, Terms, TermsProblem};
use crate::domain::calendar::{Calendar, Interval, WEEKDAYS};
use crate::domain::text::shown;

impl Hours {
    /// Hours by weekday, Monday first.
    fn parsed(&self) -> Result<[Vec<Interval>; 7], Vec<TermsProblem>> {
        let mut hours: [Vec<Interval>; 7] = Default::default();
        let mut problems = Problems::default();
        for (day, intervals) in &self.working_hours {
            let pointer = format!("/calendar/working-hours/{}", shown(day));
            let weekday = WEEKDAYS
                .iter()
                .position(|weekday| format!("{weekday:?}").to_lowercase() == *day);
            let Some(weekday) = weekday else {
                problems.add(&pointer, "is no weekday, such as monday".to_owned());
                continue;
            };
            for (position, [from, until]) in intervals.iter().enumerate() {
                let pointer = format!("{pointer}/{position}");
                match (time_of(from), end_of(until)) {
                    (Some(from), Some(until)) if until == Time::midnight() || from < until => {
                        hours[weekday].push(Interval { from, until });
                    }
                    _ => problems.add(
                        &pointer,
                        format!(
                            "`{}` to `{}` is no span of a day, such as 08:00 to 17:00",
                            shown(from),
                            shown(until)
                        ),
                    ),
                }
            }
            hours[weekday].sort_by_key(|interval| interval.from);
            let overlap = hours[weekday]
                .windows(2)
                .find(|pair| pair[0].until == Time::midnight() || pair[0].until > pair[1].from);
            if let Some([earlier, later]) = overlap {
                problems.add(
                    &pointer,
                    format!(
                        "has working hours that overlap: {} and {}; make one span of them",
                        in_words(*earlier),
                        in_words(*later)
                    ),
                );
            }
        }
        if problems.0.is_empty() {
            Ok(hours)
        } else {
            Err(problems.0)
        }
    }
}

impl Calendar {
    /// The calendar of terms.
    ///
    /// # Errors
    /// The problems that [`Terms::problems`] finds too.
    pub fn of(terms: &Terms) -> Result<Self, Vec<TermsProblem>> {
        let hours = terms.calendar.parsed()?;
        let zone = TimeZone::get(&terms.time_zone).map_err(|error| {
            vec![TermsProblem {
                pointer: "/time-zone".to_owned(),
                message: error.to_string(),
            }]
        })?;
        Ok(Self::new(zone, hours, terms.calendar.holidays.clone()))
    }
}

/// As terms write it.
fn in_words(Interval { from, until }: Interval) -> String {
    let end = match until == Time::midnight() {
        true => "24:00".to_owned(),
        false => until.strftime("%H:%M").to_string(),
    };
    format!("{} to {end}", from.strftime("%H:%M"))
}

fn time_of(text: &str) -> Option<Time> {
    (text.len() == 5).then(|| text.parse().ok()).flatten()
}

/// The end of an interval; 24:00 is the midnight that ends the day.
fn end_of(text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(Time::midnight());
    }
    time_of(text).filter(|time| *time != Time::midnight())
}
