//! The book of a computation, filled from the ledger as far as it is needed, and
//! what its events are about.

use std::collections::{HashMap, HashSet};

use super::Error;
use super::lane::Lane;
use super::subjects::Subjects;
use crate::domain::book::{self, AccountOf, Book, Span, Subject};
use crate::domain::calendar::{Cadence, Calendar};
use crate::domain::happening::{Event, Positioned};
use crate::domain::ledger::{Overflow, Posting};
use crate::domain::time::Micros;
use crate::policy::manifest::Resets;

/// A book, and up to when the ledger counts for it.
pub(super) struct Books {
    pub book: Book,
    /// Of the events that were recalled last.
    pub subjects: Subjects,
    /// What occurred from then on is not read: it is computed here.
    until: Micros,
    /// Counts as if it were in the ledger.
    unbooked: Vec<Posting>,
    /// Events up to this position count in figures, whichever are paid.
    counted: i64,
}

impl Books {
    /// Sees all that was booked so far: goes on with the book that was kept, if
    /// nobody has been at the lane since.
    pub fn open(lane: &Lane<'_>) -> Self {
        Self {
            book: lane.kept_book().unwrap_or_default(),
            ..Self::opening(Micros(i64::MAX))
        }
    }

    /// Sees what was booked of the time before `until`.
    pub fn opening(until: Micros) -> Self {
        Self {
            book: Book::default(),
            subjects: Subjects::default(),
            until,
            unbooked: Vec::new(),
            counted: 0,
        }
    }

    /// Sees all that is booked, and counts in figures what is recorded up to a position,
    /// though it is paid later.
    pub fn of_history(counted: i64) -> Self {
        Self {
            counted,
            ..Self::opening(Micros(i64::MAX))
        }
    }

    /// Takes differences of earlier periods for booked, which are only shown.
    pub fn assume(&mut self, unbooked: &[Posting]) {
        self.unbooked = unbooked.to_vec();
    }

    /// Makes sure that the balances of a span are there.
    pub async fn open_span(&mut self, lane: &Lane<'_>, span: Span) -> Result<(), Error> {
        if self.book.has_span(span) {
            return Ok(());
        }
        let contract = &lane.force().contract;
        let until = span.ends.min(self.until);
        let balances = if span.begins < until {
            lane.host
                .store
                .balances(&contract.manufacturer, &contract.id, span.begins, until)
                .await?
        } else {
            Vec::new()
        };
        let mut balances: HashMap<AccountOf, i64> = balances
            .into_iter()
            .map(|balance| (balance.account, balance.amount))
            .collect();
        for posting in &self.unbooked {
            let counts = span.begins <= posting.occurred_at && posting.occurred_at < until;
            if counts {
                let balance = balances.entry(AccountOf::of(posting)).or_insert(0);
                *balance = balance.checked_add(posting.amount).ok_or(Overflow)?;
            }
        }
        Ok(self.book.open_span(span, balances)?)
    }

    /// Makes sure that the deals and leads of these events are there, with what was
    /// booked on them before, and forgets others.
    pub async fn recall(&mut self, lane: &Lane<'_>, events: &[&Positioned]) -> Result<(), Error> {
        self.subjects = Subjects::default();
        self.book.forget_booked();
        self.recall_more(lane, events).await
    }

    /// The same, and forgets nothing: for as many events as are bounded.
    pub async fn recall_more(
        &mut self,
        lane: &Lane<'_>,
        events: &[&Positioned],
    ) -> Result<(), Error> {
        self.subjects.add(Subjects::of(lane, events).await?);
        self.subjects.last = self.subjects.last.max(self.counted);
        let mut wanted: HashMap<Subject, Vec<Posting>> = HashMap::new();
        for Positioned { event, .. } in events {
            // Both: each may hold accounts of its own.
            let subjects = Subject::of(event.deal.as_ref(), event.lead.as_ref());
            wanted.extend(subjects.map(|subject| (subject, Vec::new())));
        }
        wanted.retain(|subject, _| !self.book.knows(subject));
        let subjects: Vec<Subject> = wanted.keys().cloned().collect();
        let contract = &lane.force().contract;
        let mut postings = lane
            .host
            .store
            .postings_on(&contract.manufacturer, &contract.id, &subjects, self.until)
            .await?;
        let before = |posting: &&Posting| posting.occurred_at < self.until;
        postings.extend(self.unbooked.iter().filter(before).cloned());
        postings.sort_by(|a, b| {
            (a.booked_at, a.event_position, &a.id).cmp(&(b.booked_at, b.event_position, &b.id))
        });
        // One may have been found by its deal and by its lead.
        postings.dedup_by(|a, b| a.id == b.id);
        for posting in postings {
            for subject in Subject::of(posting.deal.as_ref(), posting.lead.as_ref()) {
                if let Some(postings) = wanted.get_mut(&subject) {
                    postings.push(posting.clone());
                }
            }
        }
        for (subject, postings) in wanted {
            let mut lines = book::lines(postings)?;
            // A line that was recomputed away never was.
            lines.retain(|line| line.amount != 0);
            self.book.remember(subject, lines);
        }
        Ok(())
    }

    /// Lets go of what these events are about where none names it that follows the last
    /// of them and occurred before `until`: a long period takes no more memory for it.
    pub async fn let_go(
        &mut self,
        lane: &Lane<'_>,
        events: &[&Positioned],
        until: Micros,
    ) -> Result<(), Error> {
        let Some(last) = events.last() else {
            return Ok(());
        };
        let subjects: HashSet<Subject> = events
            .iter()
            .flat_map(|Positioned { event, .. }| {
                Subject::of(event.deal.as_ref(), event.lead.as_ref())
            })
            .filter(|subject| self.book.has_entered_on(subject))
            .collect();
        let subjects = Vec::from_iter(subjects);
        let manufacturer = &lane.force().contract.manufacturer;
        let after = (last.event.occurred_at, last.event.id.as_str());
        let store = &lane.host.store;
        let named = store
            .named_later(manufacturer, &subjects, after, until)
            .await?;
        for subject in subjects.iter().filter(|subject| !named.contains(subject)) {
            self.book.let_go(subject);
        }
        Ok(())
    }
}

/// What earlier postings of an event are looked up by.
pub(super) fn subject_of(event: &Event) -> Option<Subject> {
    match (&event.deal, &event.lead) {
        (Some(deal), _) => Some(Subject::Deal(deal.clone())),
        (None, Some(lead)) => Some(Subject::Lead(lead.clone())),
        (None, None) => None,
    }
}

/// The span of an account in which an instant lies.
pub(super) fn span_of(calendar: &Calendar, resets: Resets, at: Micros) -> Result<Span, Error> {
    let cadence = match resets {
        Resets::Month => Cadence::Month,
        Resets::Quarter => Cadence::Quarter,
        Resets::Year => Cadence::Year,
        Resets::Never => return Ok(Span::ALWAYS),
    };
    let period = calendar.period_of(at, cadence)?;
    Ok(Span {
        cadence: Some(cadence),
        begins: period.begins,
        ends: period.ends,
    })
}
