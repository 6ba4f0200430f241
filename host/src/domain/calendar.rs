//! The contract's working time: when it works, and how spans are walked.
//!
//! All days are local days of the contract's time zone, daylight saving
//! included. A local time that does not exist is taken as the first instant
//! after the gap, one that exists twice as its first occurrence.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::span::{Leg, Span};
use super::time::Micros;

/// How far ahead a span is walked before it counts as endless: ten years of
/// days without one on which the contract works.
const IDLE_DAYS_WALKED_MAX: u32 = 3_660;
/// How far ahead it is walked at all: a hundred years.
const DAYS_WALKED_MAX: u32 = 36_600;
const MONTHS_WALKED_MAX: u32 = 1_200;

/// When a contract works.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    /// By weekday, Monday first: sorted, not overlapping.
    hours: [Vec<Interval>; 7],
    holidays: BTreeSet<Date>,
}

/// Working hours within one day; `until` is exclusive, and midnight as `until`
/// is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub from: Time,
    pub until: Time,
}

/// Why an instant cannot be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("the contract has no working time within ten years, so the span never ends")]
    NoWorkingTime,
    #[error("the span leads more than a hundred years ahead")]
    TooFar,
}

/// How often periods follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    Month,
    Quarter,
    Year,
}

impl Cadence {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The cadence of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Month, Self::Quarter, Self::Year]
            .into_iter()
            .find(|cadence| cadence.as_str() == text)
    }
}

/// A stretch of local days over which money is reckoned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// Such as 2026-03, 2026-Q1 or 2026.
    pub name: String,
    pub cadence: Cadence,
    /// The first local day, in days since 1970-01-01.
    pub first_day: i32,
    /// The local day after the last one.
    pub end_day: i32,
    /// Midnight of the first day.
    pub begins: Micros,
    /// Midnight of the end day: no part of the period any more.
    pub ends: Micros,
}

impl Calendar {
    /// Hours by weekday, Monday first.
    pub fn new(zone: TimeZone, hours: [Vec<Interval>; 7], holidays: BTreeSet<Date>) -> Self {
        Self {
            zone,
            hours,
            holidays,
        }
    }

    /// When `span`, counted from `from`, is over.
    ///
    /// # Errors
    /// When the span needs working time that never comes, or leads further ahead
    /// than anybody reckons.
    pub fn resolve(&self, span: &Span, from: Micros) -> Result<Micros, CalendarError> {
        span.0.iter().try_fold(from, |at, leg| self.walk(*leg, at))
    }

    fn walk(&self, leg: Leg, from: Micros) -> Result<Micros, CalendarError> {
        match leg {
            Leg::ElapsedSeconds(seconds) => from
                .0
                .checked_add(i64::from(seconds) * 1_000_000)
                .map(Micros)
                .ok_or(CalendarError::TooFar),
            Leg::WorkingSeconds(seconds) => self.walk_working(seconds, from),
            Leg::CalendarDays(days) if days <= DAYS_WALKED_MAX => self.move_date(from, |date| {
                date.checked_add(jiff::Span::new().days(i64::from(days)))
                    .ok()
            }),
            Leg::CalendarMonths(months) if months <= MONTHS_WALKED_MAX => {
                self.move_date(from, |date| {
                    date.checked_add(jiff::Span::new().months(i64::from(months)))
                        .ok()
                })
            }
            Leg::CalendarDays(_) | Leg::CalendarMonths(_) => Err(CalendarError::TooFar),
            Leg::BusinessDays(days) => self.walk_business_days(days, from),
        }
    }

    /// The same time of day on another date.
    fn move_date(
        &self,
        from: Micros,
        date_after: impl FnOnce(Date) -> Option<Date>,
    ) -> Result<Micros, CalendarError> {
        let local = self.local(from);
        let date = date_after(local.date()).ok_or(CalendarError::TooFar)?;
        self.instant_at(date.to_datetime(local.time()))
            .ok_or(CalendarError::TooFar)
    }

    fn walk_business_days(&self, days: u32, from: Micros) -> Result<Micros, CalendarError> {
        let local = self.local(from);
        let mut date = local.date();
        let mut left = days;
        let mut idle = 0;
        let mut walked = 0;
        while left > 0 {
            walked += 1;
            if walked > DAYS_WALKED_MAX {
                return Err(CalendarError::TooFar);
            }
            date = date.tomorrow().map_err(|_| CalendarError::TooFar)?;
            if self.hours_of(date).is_empty() {
                idle += 1;
                if idle > IDLE_DAYS_WALKED_MAX {
                    return Err(CalendarError::NoWorkingTime);
                }
            } else {
                idle = 0;
                left -= 1;
            }
        }
        self.instant_at(date.to_datetime(local.time()))
            .ok_or(CalendarError::TooFar)
    }

    /// The instant at which that much working time has passed; with 0 the next
    /// instant of working time.
    fn walk_working(&self, seconds: u32, from: Micros) -> Result<Micros, CalendarError> {
        let mut left = i64::from(seconds) * 1_000_000;
        let mut date = self.local(from).date();
        let mut idle = 0;
        let mut walked = 0;
        loop {
            walked += 1;
            if walked > DAYS_WALKED_MAX {
                return Err(CalendarError::TooFar);
            }
            let mut worked = false;
            for (begin, end) in self.working_instants(date) {
                let begin = begin.max(from.0);
                let span = end - begin;
                if span <= 0 {
                    continue;
                }
                worked = true;
                // Exactly at the end of working hours counts as reached, but
                // "the next working instant" has to lie in working time.
                if left < span || (left == span && seconds > 0) {
                    return Ok(Micros(begin + left));
                }
                left -= span;
            }
            idle = if worked { 0 } else { idle + 1 };
            if idle > IDLE_DAYS_WALKED_MAX {
                return Err(CalendarError::NoWorkingTime);
            }
            date = date.tomorrow().map_err(|_| CalendarError::TooFar)?;
        }
    }

    /// Seconds of working time from `begin` to `end`; negative when `end` lies
    /// before `begin`.
    pub fn working_seconds_between(&self, begin: Micros, end: Micros) -> i64 {
        if end < begin {
            return -self.working_seconds_between(end, begin);
        }
        let last = self.local(end).date();
        let mut date = self.local(begin).date();
        let mut micros = 0;
        while date <= last {
            for (from, until) in self.working_instants(date) {
                micros += (until.min(end.0) - from.max(begin.0)).max(0);
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        micros / 1_000_000
    }

    /// Whether the contract works at `at`.
    pub fn in_working_time(&self, at: Micros) -> bool {
        let date = self.local(at).date();
        self.working_instants(date)
            .any(|(from, until)| (from..until).contains(&at.0))
    }

    /// What the contract's wall clock is ahead of UTC at that instant.
    pub fn offset_seconds(&self, at: Micros) -> i32 {
        self.zone.to_offset(timestamp(at)).seconds()
    }

    /// The local date and time.
    pub fn local(&self, at: Micros) -> DateTime {
        self.zone.to_datetime(timestamp(at))
    }

    /// The local day, in days since 1970-01-01.
    pub fn day_of(&self, at: Micros) -> i32 {
        days_of(self.local(at).date())
    }

    /// The instant at which a local day begins.
    pub fn midnight(&self, date: Date) -> Option<Micros> {
        self.instant_at(date.to_datetime(Time::midnight()))
    }

    /// The instant of a local date and time.
    pub fn instant_at(&self, local: DateTime) -> Option<Micros> {
        let timestamp = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Micros(timestamp.as_microsecond()))
    }

    /// The period in which `at` lies.
    ///
    /// # Errors
    /// `TooFar` at the ends of time.
    pub fn period_of(&self, at: Micros, cadence: Cadence) -> Result<Period, CalendarError> {
        let date = self.local(at).date();
        let (name, month, months) = match cadence {
            Cadence::Month => (
                format!("{:04}-{:02}", date.year(), date.month()),
                date.month(),
                1,
            ),
            Cadence::Quarter => {
                let quarter = (date.month() - 1) / 3;
                (
                    format!("{:04}-Q{}", date.year(), quarter + 1),
                    quarter * 3 + 1,
                    3,
                )
            }
            Cadence::Year => (format!("{:04}", date.year()), 1, 12),
        };
        let first = Date::new(date.year(), month, 1).map_err(|_| CalendarError::TooFar)?;
        let end = first
            .checked_add(jiff::Span::new().months(months))
            .map_err(|_| CalendarError::TooFar)?;
        Ok(Period {
            name,
            cadence,
            first_day: days_of(first),
            end_day: days_of(end),
            begins: self.midnight(first).ok_or(CalendarError::TooFar)?,
            ends: self.midnight(end).ok_or(CalendarError::TooFar)?,
        })
    }

    fn hours_of(&self, date: Date) -> &[Interval] {
        if self.holidays.contains(&date) {
            return &[];
        }
        &self.hours[date.weekday().to_monday_zero_offset() as usize]
    }

    /// The day's working hours as instants, in microseconds; an interval that
    /// a change of the clocks swallows is left out.
    fn working_instants(&self, date: Date) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.hours_of(date).iter().filter_map(move |interval| {
            let from = self.instant_at(date.to_datetime(interval.from))?;
            let until = if interval.until == Time::midnight() {
                self.midnight(date.tomorrow().ok()?)?
            } else {
                self.instant_at(date.to_datetime(interval.until))?
            };
            (from < until).then_some((from.0, until.0))
        })
    }
}

/// The weekdays in the order in which hours are given.
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Days since 1970-01-01.
pub fn days_of(date: Date) -> i32 {
    let hours = date
        .duration_since(jiff::civil::date(1970, 1, 1))
        .as_hours();
    // A civil date lies within 9,999 years: 32 bits hold its days.
    (hours / 24) as i32
}

/// The date that many days after 1970-01-01.
pub fn date_of(days: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1)
        .checked_add(SignedDuration::from_hours(i64::from(days) * 24))
        .ok()
}

/// Instants beyond jiff's range count as its ends.
fn timestamp(at: Micros) -> Timestamp {
    Timestamp::from_microsecond(at.0).unwrap_or(if at.0 < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

#[cfg(test)]
mod tests;
