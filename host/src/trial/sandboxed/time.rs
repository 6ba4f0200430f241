//! The calendar of a simulation: weeks from a Monday on, all of them alike.

use crate::domain::time::Micros;
use crate::policy::question::{Age, Instant};

/// A Monday, in days since 1970-01-01: 2024-01-01.
pub(super) const FIRST_DAY: i32 = 19_723;
pub(super) const DAYS_A_WEEK: i32 = 7;
const DAY_SECONDS: i64 = 86_400;
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;
/// Of a week's 168 hours 40 are working time.
const WORKING_SECONDS: i64 = 40 * 3_600;
const MICROS: i64 = 1_000_000;

/// When a week begins.
pub(super) fn start_of(week: u32) -> Micros {
    let seconds = i64::from(FIRST_DAY) * DAY_SECONDS + i64::from(week) * WEEK_SECONDS;
    Micros(seconds * MICROS)
}

/// When what happens in a week is taken to happen.
pub(super) fn middle_of(week: u32) -> Micros {
    Micros(start_of(week).0 + WEEK_SECONDS / 2 * MICROS)
}

pub(super) fn instant(at: Micros) -> Instant {
    Instant {
        micros: at.0,
        offset_seconds: 0,
        in_working_time: true,
    }
}

/// So many weeks.
pub(super) fn age(weeks: u32) -> Age {
    Age {
        elapsed_seconds: i64::from(weeks) * WEEK_SECONDS,
        working_seconds: i64::from(weeks) * WORKING_SECONDS,
    }
}
