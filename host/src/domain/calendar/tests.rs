//! How spans are walked, and what periods are.

use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;

fn calendar() -> Calendar {
    let day = vec![
        Interval {
            from: time(8, 0, 0, 0),
            until: time(12, 0, 0, 0),
        },
        Interval {
            from: time(13, 0, 0, 0),
            until: time(17, 0, 0, 0),
        },
    ];
    let hours = [
        day.clone(),
        day.clone(),
        day.clone(),
        day.clone(),
        day,
        Vec::new(),
        Vec::new(),
    ];
    Calendar::new(
        TimeZone::get("Europe/Berlin").unwrap(),
        hours,
        BTreeSet::from([date(2026, 4, 3), date(2026, 4, 6)]),
    )
}

fn at(calendar: &Calendar, text: &str) -> Micros {
    calendar.instant_at(text.parse().unwrap()).unwrap()
}

fn resolved(from: &str, span: &str) -> String {
    let calendar = calendar();
    let due = calendar
        .resolve(&span.parse().unwrap(), at(&calendar, from))
        .unwrap();
    calendar.local(due).to_string()
}

#[test]
fn working_time_skips_lunch_nights_weekends_and_holidays() {
    assert_eq!(
        resolved("2026-03-02T11:00", "2 working hours"),
        "2026-03-02T14:00:00"
    );
    assert_eq!(
        resolved("2026-03-06T16:00", "4 working hours"),
        "2026-03-09T11:00:00"
    );
    // Good Friday and Easter Monday.
    assert_eq!(
        resolved("2026-04-02T16:30", "1 working hour"),
        "2026-04-07T08:30:00"
    );
    assert_eq!(
        resolved("2026-03-07T09:00", "0 working seconds"),
        "2026-03-09T08:00:00"
    );
    assert_eq!(
        resolved("2026-03-02T17:00", "0 working seconds"),
        "2026-03-03T08:00:00"
    );
}

#[test]
fn days_keep_the_time_of_day_when_the_clocks_change() {
    assert_eq!(resolved("2026-03-28T09:00", "1 day"), "2026-03-29T09:00:00");
    assert_eq!(
        resolved("2026-03-28T09:00", "24 hours"),
        "2026-03-29T10:00:00"
    );
    // 02:30 does not exist on 29 March.
    assert_eq!(resolved("2026-03-28T02:30", "1 day"), "2026-03-29T03:30:00");
    assert_eq!(
        resolved("2026-04-01T09:00", "2 business days"),
        "2026-04-07T09:00:00"
    );
    assert_eq!(
        resolved("2026-01-31T09:00", "1 month"),
        "2026-02-28T09:00:00"
    );
}

#[test]
fn a_contract_that_never_works_ends_no_span() {
    let never = Calendar::new(TimeZone::UTC, Default::default(), BTreeSet::new());
    let span = "1 working hour".parse().unwrap();
    assert_eq!(
        never.resolve(&span, Micros(0)),
        Err(CalendarError::NoWorkingTime)
    );
}

#[test]
fn periods_begin_and_end_at_local_midnight() {
    let calendar = calendar();
    let march = calendar
        .period_of(at(&calendar, "2026-03-31T23:59"), Cadence::Month)
        .unwrap();
    assert_eq!(march.name, "2026-03");
    assert_eq!(
        calendar.local(march.ends).to_string(),
        "2026-04-01T00:00:00"
    );
    let quarter = calendar
        .period_of(at(&calendar, "2026-05-01T00:00"), Cadence::Quarter)
        .unwrap();
    assert_eq!(quarter.name, "2026-Q2");
    assert_eq!(
        calendar.local(quarter.begins).to_string(),
        "2026-04-01T00:00:00"
    );
}

#[test]
fn what_leads_too_far_is_an_error() {
    let calendar = calendar();
    for span in [
        "4294967295 days",
        "4294967295 business days",
        "4294967295 months",
        "4294967295 working seconds",
        "36601 days",
        "1201 months",
    ] {
        let span = span.parse().unwrap();
        assert_eq!(
            calendar.resolve(&span, Micros(0)),
            Err(CalendarError::TooFar),
            "{span}"
        );
    }
}

proptest! {
    #[test]
    fn no_span_panics(legs in proptest::collection::vec((0usize..5, any::<u32>()), 0..4), from: i64) {
        let leg = |(kind, count): (usize, u32)| match kind {
            0 => Leg::ElapsedSeconds(count),
            1 => Leg::WorkingSeconds(count % 100_000_000),
            2 => Leg::CalendarDays(count),
            3 => Leg::BusinessDays(count),
            _ => Leg::CalendarMonths(count),
        };
        let span = Span(legs.into_iter().map(leg).collect());
        let _ = calendar().resolve(&span, Micros(from));
    }

    #[test]
    fn what_is_walked_has_passed(minutes in 1u32..5_000, start in 0i64..40_000) {
        let calendar = calendar();
        let from = Micros(at(&calendar, "2026-02-20T00:00").0 + start * 60_000_000);
        let due = calendar
            .resolve(&Span(vec![Leg::WorkingSeconds(minutes * 60)]), from)
            .unwrap();
        prop_assert_eq!(
            calendar.working_seconds_between(from, due),
            i64::from(minutes) * 60
        );
    }
}
