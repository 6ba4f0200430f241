//! What is taken as having happened to leads whose history does not tell of it.

use std::sync::Arc;

use super::history::{Past, PastResult};
use crate::domain::calendar::Calendar;
use crate::domain::digest::sha256_of;
use crate::domain::event::EventCode;
use crate::domain::span::{Leg, Span};
use crate::domain::terms::Terms;
use crate::domain::time::Micros;

/// A whole, in millionths.
pub const WHOLE: u64 = 1_000_000;

/// An event that is assumed of leads which a partner had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedEvent {
    pub code: String,
    /// Of these leads, in millionths.
    pub share: u64,
    /// How long after the claim; of the claim itself, after the lead came in.
    pub after: Micros,
}

/// Events that are assumed, in the order in which they rest on each other.
#[derive(Clone, Debug, Default)]
pub struct Assumed(Arc<[AssumedEvent]>);

/// The lead that a past is of.
pub struct Whose<'a> {
    /// As its sender knows it.
    pub number: &'a str,
    pub received_at: Option<Micros>,
    /// Nothing has happened later.
    pub now: Micros,
    pub terms: &'a Terms,
    pub calendar: &'a Calendar,
}

impl Assumed {
    pub fn new(mut events: Vec<AssumedEvent>) -> Self {
        // Reports count from the claim, and what nobody worked is what has no reports.
        events.sort_by_key(|event| match EventCode::parse(&event.code) {
            Some(EventCode::Claimed) => 0,
            Some(EventCode::Unworked) => 2,
            _ => 1,
        });
        Self(events.into())
    }

    /// Adds what is assumed to the past of a lead, where it tells nothing of it. Which leads
    /// a share is of depends on their numbers alone: it is the same in every run, whatever
    /// else is assumed.
    pub fn add_to(&self, past: &mut Past, whose: &Whose<'_>) {
        let result = past.ending.as_ref().map(|ending| &ending.result);
        if past.partner.is_none() || result == Some(&PastResult::Rejected) {
            return;
        }
        for event in self.0.iter().filter(|event| event.is_of(whose.number)) {
            match EventCode::parse(&event.code) {
                Some(EventCode::Claimed) => past.assume_claimed(event.after, whose),
                Some(EventCode::Unworked) => past.assume_unworked(whose),
                _ => past.assume_reported(event, whose),
            }
        }
    }
}

impl AssumedEvent {
    fn is_of(&self, number: &str) -> bool {
        let digest = sha256_of(&[self.code.as_bytes(), b"\n", number.as_bytes()]);
        let [a, b, c, d, e, f, g, h, ..] = digest;
        u64::from_be_bytes([a, b, c, d, e, f, g, h]) % WHOLE < self.share
    }
}

impl Past {
    /// When it was first heard of: by then it was claimed.
    fn first_heard_of(&self) -> Option<Micros> {
        let first_report = self.reports.iter().map(|(_, at)| *at).min();
        first_report.or(self.ending.as_ref().map(|ending| ending.at))
    }

    fn assume_claimed(&mut self, after: Micros, whose: &Whose<'_>) {
        let (None, Some(received_at)) = (self.claimed_at, whose.received_at) else {
            return;
        };
        let at = received_at.0.saturating_add(after.0);
        let at = at.max(self.offered_at.or(self.qualified_at).map_or(at, |at| at.0));
        let latest = self.first_heard_of().unwrap_or(whose.now);
        self.claimed_at = Some(Micros(at).min(latest));
    }

    fn assume_reported(&mut self, event: &AssumedEvent, whose: &Whose<'_>) {
        let is_told = self.reports.iter().any(|(code, _)| *code == event.code);
        let Some(claimed_at) = self.claimed_at.or_else(|| self.first_heard_of()) else {
            return;
        };
        let ended_at = self.ending.as_ref().map(|ending| ending.at);
        let latest = ended_at.unwrap_or(whose.now);
        if !is_told && claimed_at <= latest {
            let at = Micros(claimed_at.0.saturating_add(event.after.0));
            self.reports.push((event.code.clone(), at.min(latest)));
        }
    }

    /// At the terms' limit, where nobody had worked it by then.
    fn assume_unworked(&mut self, whose: &Whose<'_>) {
        let limit = Span(vec![Leg::CalendarDays(whose.terms.unworked_after_days)]);
        let claimed_at = self.claimed_at.or_else(|| self.first_heard_of());
        let qualified_at = self.qualified_at.or(self.offered_at).or(claimed_at);
        let (Some(claimed_at), Some(qualified_at)) = (claimed_at, qualified_at) else {
            return;
        };
        let Ok(at) = whose.calendar.resolve(&limit, qualified_at) else {
            return;
        };
        let is_work = |code: &str| EventCode::parse(code).is_none_or(EventCode::is_work);
        let worked = self.reports.iter().filter(|(code, _)| is_work(code));
        let ended_at = self.ending.as_ref().map(|ending| ending.at);
        let first_worked = worked.map(|(_, at)| *at).chain(ended_at).min();
        let was_held = claimed_at <= at && at <= whose.now;
        if self.unworked_at.is_none() && was_held && first_worked.is_none_or(|first| first > at) {
            self.unworked_at = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::routing::deals::Ending;
    use crate::routing::history::PastEnding;
    use crate::testing::terms;

    const DAY: i64 = 86_400_000_000;

    fn at(day: i64) -> Micros {
        Micros(day * DAY)
    }

    fn event(code: &str, share: u64, days: i64) -> AssumedEvent {
        AssumedEvent {
            code: code.to_owned(),
            share,
            after: at(days),
        }
    }

    /// Claimed on the second day, and lost on the fortieth.
    fn lost() -> Past {
        Past {
            partner: Some("p".into()),
            claimed_at: Some(at(2)),
            ending: Some(PastEnding {
                at: at(40),
                result: PastResult::Held(Ending::Lost),
            }),
            ..Past::default()
        }
    }

    /// Of a lead that came in on the first day, where a claimed one has to be worked within
    /// ten.
    fn added(mut past: Past, number: &str, events: &[AssumedEvent]) -> Past {
        let terms = terms(json!({ "unworked-after-days": 10 }));
        let calendar = Calendar::of(&terms).unwrap();
        let whose = Whose {
            number,
            received_at: Some(at(1)),
            now: at(100),
            terms: &terms,
            calendar: &calendar,
        };
        Assumed::new(events.to_vec()).add_to(&mut past, &whose);
        past
    }

    #[test]
    fn a_report_is_assumed_where_none_is_told_and_never_after_the_end() {
        let care = |days| [event("care-contact", WHOLE, days)];
        let report = |days| added(lost(), "L-1", &care(days)).reports;
        assert_eq!(report(3), [("care-contact".to_owned(), at(5))]);
        assert_eq!(report(300), [("care-contact".to_owned(), at(40))]);
        let told = Past {
            reports: vec![("care-contact".to_owned(), at(9))],
            ..lost()
        };
        assert_eq!(added(told.clone(), "L-1", &care(3)), told);
        assert_eq!(added(Past::default(), "L-1", &care(3)), Past::default());
    }

    #[test]
    fn a_claim_is_assumed_before_the_first_that_is_heard_of_the_lead() {
        let unknown = |reports: &[(&str, i64)]| Past {
            claimed_at: None,
            reports: reports
                .iter()
                .map(|(code, day)| ((*code).to_owned(), at(*day)))
                .collect(),
            ..lost()
        };
        let claimed = [event("claimed", WHOLE, 4)];
        let of = |past| added(past, "L-1", &claimed).claimed_at;
        assert_eq!(of(unknown(&[])), Some(at(5)));
        assert_eq!(of(unknown(&[("contacted", 3)])), Some(at(3)));
        assert_eq!(of(lost()), Some(at(2)));
        // Whatever the order in which they are named, a report counts from the claim.
        let both = [event("data-complete", WHOLE, 1), claimed[0].clone()];
        let past = added(unknown(&[]), "L-1", &both);
        assert_eq!(past.reports, [("data-complete".to_owned(), at(6))]);
    }

    #[test]
    fn what_somebody_worked_in_time_is_not_taken_as_unworked() {
        let unworked = event("unworked", WHOLE, 0);
        let of = |past, events: &[AssumedEvent]| added(past, "L-1", events).unworked_at;
        let only = [unworked.clone()];
        assert_eq!(of(lost(), &only), Some(at(12)));
        let worked = |code: &str, day| Past {
            reports: vec![(code.to_owned(), at(day))],
            ..lost()
        };
        assert_eq!(of(worked("contacted", 12), &only), None);
        assert_eq!(of(worked("contacted", 13), &only), Some(at(12)));
        assert_eq!(of(worked("data-complete", 5), &only), Some(at(12)));
        assert_eq!(of(lost(), &[unworked, event("quoted", WHOLE, 1)]), None);
    }

    #[test]
    fn a_share_is_of_the_same_leads_whatever_else_is_assumed() {
        let of = |share, number: usize| {
            let events = [
                event("care-contact", share, 1),
                event("contacted", WHOLE, 1),
            ];
            let past = added(lost(), &format!("L-{number}"), &events);
            past.reports.iter().any(|(code, _)| code == "care-contact")
        };
        let count = |share| (0..1_000).filter(|number| of(share, *number)).count();
        assert_eq!((count(0), count(WHOLE)), (0, 1_000));
        assert!((450..550).contains(&count(WHOLE / 2)));
        // More of them are those of less, and others.
        assert!((0..1_000).all(|number| of(WHOLE / 2, number) || !of(WHOLE / 4, number)));
    }
}
