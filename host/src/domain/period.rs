//! The periods over which a contract's money is reckoned.

use super::calendar::{Cadence, Calendar, CalendarError, Period};
use super::ledger::PeriodRecord;
use super::time::Micros;

/// A contract's periods: those of its calendar, cut where a plan begins within
/// one, so that the old plan settles the part before and the new one the rest.
#[derive(Clone, Debug)]
pub struct Periods<'a> {
    calendar: &'a Calendar,
    cadence: Cadence,
    /// In the order of time.
    cuts: Vec<Micros>,
}

impl<'a> Periods<'a> {
    /// `begins` are the instants at which plans begin, in any order; those at a
    /// period's boundary cut nothing.
    pub fn new(calendar: &'a Calendar, cadence: Cadence, mut begins: Vec<Micros>) -> Self {
        begins.sort_unstable();
        begins.dedup();
        Self {
            calendar,
            cadence,
            cuts: begins,
        }
    }

    /// The period in which `at` lies. The part before a cut keeps the period's
    /// name; those after it are counted: 2026-03, 2026-03.2.
    ///
    /// # Errors
    /// At the ends of time.
    pub fn of(&self, at: Micros) -> Result<Period, CalendarError> {
        let whole = self.calendar.period_of(at, self.cadence)?;
        let mut part = whole.clone();
        let mut number = 1;
        for cut in &self.cuts {
            if *cut <= whole.begins || *cut >= whole.ends {
                continue;
            }
            if *cut > at {
                part.ends = *cut;
                part.end_day = self.calendar.day_of(*cut);
                break;
            }
            number += 1;
            part.begins = *cut;
            part.first_day = self.calendar.day_of(*cut);
        }
        if number > 1 {
            part.name = format!("{}.{number}", whole.name);
        }
        Ok(part)
    }
}

/// Whether the period is but a part of one of the calendar's: a plan begins within.
pub fn is_stub(calendar: &Calendar, period: &PeriodRecord) -> bool {
    calendar
        .period_of(period.begins, period.cadence)
        .is_ok_and(|whole| (whole.begins, whole.ends) != (period.begins, period.ends))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::new(
            TimeZone::get("Europe/Berlin").unwrap(),
            Default::default(),
            BTreeSet::new(),
        )
    }

    #[test]
    fn a_plan_that_begins_in_mid_period_cuts_it() {
        let calendar = calendar();
        let at = |month, day| calendar.midnight(date(2026, month, day)).unwrap();
        let periods = Periods::new(
            &calendar,
            Cadence::Month,
            vec![at(3, 20), at(3, 10), at(5, 1), Micros(i64::MIN)],
        );
        let names = |month, day| periods.of(at(month, day)).unwrap().name;
        assert_eq!(names(3, 1), "2026-03");
        assert_eq!(names(3, 10), "2026-03.2");
        assert_eq!(names(3, 20), "2026-03.3");
        assert_eq!(names(4, 1), "2026-04");
        assert_eq!(names(5, 1), "2026-05");
        let second = periods.of(at(3, 15)).unwrap();
        assert_eq!((second.begins, second.ends), (at(3, 10), at(3, 20)));
        assert_eq!(second.end_day - second.first_day, 10);
        assert_eq!(periods.of(second.ends).unwrap().ends, at(4, 1));
    }
}
