//! A period computed anew: its events in the order in which they occurred, from
//! the balances at its beginning. Only what differs from what was booked has to
//! be booked; computing it twice gives nothing the second time.

use std::collections::HashMap;
use std::sync::Arc;

use super::ask::{self, Awarded, Recorded};
use super::before::Before;
use super::books::Books;
use super::lane::Lane;
use super::posting::Booking;
use super::{Error, award, wake};
use crate::domain::book::{self, Entry, Line};
use crate::domain::calendar::Period;
use crate::domain::happening::Positioned;
use crate::domain::ids::{EventId, PostingId};
use crate::domain::time::Micros;
use crate::host::InForce;
use crate::policy::canonical;
use crate::policy::question::{AwardInput, Question};
use crate::store::changes::Changes;

/// Events read at once.
const EVENTS_AT_ONCE: u32 = 500;

/// What components were asked about an event, by its identifier and the slot, and by
/// which generation it was answered, the last one first.
type QuestionsAsked = HashMap<(EventId, String), Vec<(i64, AwardInput)>>;

/// A period at work.
pub(super) struct Computation<'a> {
    pub lane: &'a Lane<'a>,
    pub period: &'a Period,
    /// In force for all but the partners that something is tried with.
    pub plan: Arc<InForce>,
    /// The period whose statements show the differences.
    pub booked_period: &'a str,
    pub books: Books,
    /// What has to be committed.
    pub changes: Changes,
    /// What was booked of the period and is not computed anew yet.
    before: Before,
}

impl<'a> Computation<'a> {
    pub async fn begin(
        lane: &'a Lane<'a>,
        period: &'a Period,
        booked_period: &'a str,
    ) -> Result<Self, Error> {
        Ok(Self {
            booked_period,
            before: Before::all_of(period),
            ..Self::unbooked(lane, period, lane.plan_of(period, None).await?)
        })
    }

    /// As if nothing of the period was booked yet, by a plan that may be another.
    pub fn unbooked(lane: &'a Lane<'a>, period: &'a Period, plan: Arc<InForce>) -> Self {
        Self {
            lane,
            period,
            plan,
            booked_period: &period.name,
            books: Books::opening(period.begins),
            changes: Changes::default(),
            before: Before::nothing(),
        }
    }

    /// A period whose events are paid in the order in which they occurred: what is left is
    /// to settle it.
    pub fn paid(lane: &'a Lane<'a>, period: &'a Period, plan: Arc<InForce>) -> Self {
        Self {
            books: Books::opening(period.ends),
            ..Self::unbooked(lane, period, plan)
        }
    }

    /// Pays the period's events up to a position anew. Those after `known` are
    /// paid for the first time.
    pub async fn events(&mut self, known: i64, up_to: i64) -> Result<(), Error> {
        let mut after = (self.period.begins, String::new());
        while let Some(paid) = self.next_events(&mut after, up_to).await? {
            let last_at = after.0;
            // More of the last instant's events may come with the next ones.
            let past = Micros(last_at.0.saturating_add(1));
            self.before.read(self.lane, self.period, past).await?;
            self.page(&Vec::from_iter(&paid), known).await?;
            self.take_back(last_at)?;
        }
        let ends = self.period.ends;
        self.before.read(self.lane, self.period, ends).await
    }

    /// The next of the period's events up to a position that are paid; none where
    /// there are no events any more.
    pub async fn next_events(
        &self,
        after: &mut (Micros, String),
        up_to: i64,
    ) -> Result<Option<Vec<Positioned>>, Error> {
        self.lane.keep().await?;
        let contract = &self.lane.force().contract;
        let mut page = self
            .lane
            .host
            .store
            .events_occurred(
                &contract.manufacturer,
                &contract.id,
                (after.0, &after.1),
                self.period.ends,
                EVENTS_AT_ONCE,
            )
            .await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        *after = (last.event.occurred_at, last.event.id.as_str().to_owned());
        page.retain(|event| event.position <= up_to && self.lane.is_paid(&event.event));
        Ok(Some(page))
    }

    async fn page(&mut self, events: &[&Positioned], known: i64) -> Result<(), Error> {
        self.books.recall(self.lane, events).await?;
        let mut asked = self.asked(events).await?;
        let mut left = events;
        while !left.is_empty() {
            let lane = self.lane;
            let paying = self.pay_in_turn(left, &mut asked, known);
            let done = lane.in_a_turn(paying).await?;
            left = &left[done..];
        }
        let ends = self.period.ends;
        self.books.let_go(self.lane, events, ends).await
    }

    /// Pays as many of the events as there is time for in a turn. Answers how many.
    async fn pay_in_turn(
        &mut self,
        events: &[&Positioned],
        asked: &mut QuestionsAsked,
        known: i64,
    ) -> Result<usize, Error> {
        for (before, positioned) in events.iter().enumerate() {
            if before > 0 && self.lane.turn.is_over() {
                return Ok(before);
            }
            self.pay_again(positioned, asked, known).await?;
        }
        Ok(events.len())
    }

    async fn pay_again(
        &mut self,
        positioned: &Positioned,
        asked: &mut QuestionsAsked,
        known: i64,
    ) -> Result<(), Error> {
        let concerned = self.books.subjects.concerned(&positioned.event);
        let plan = self.lane.plan_of(self.period, concerned).await?;
        for component in award::components(&plan, &positioned.event) {
            let slot = ask::slot(&component);
            let generation = plan.slots.get(&slot).map(|slot| slot.generation);
            let asked = asked.remove(&(positioned.event.id.clone(), slot));
            let asked = Recorded::among(asked.unwrap_or_default(), generation);
            let is_new = positioned.position > known;
            self.event(&plan, positioned, &component, asked, is_new)
                .await?;
        }
        Ok(())
    }

    /// What the components were asked about these events.
    async fn asked(&self, events: &[&Positioned]) -> Result<QuestionsAsked, Error> {
        let id = |positioned: &&Positioned| positioned.event.id.clone();
        let ids: Vec<EventId> = events.iter().map(id).collect();
        let manufacturer = &self.lane.force().contract.manufacturer;
        let decisions = self
            .lane
            .host
            .store
            .awards_of_events(manufacturer, &ids)
            .await?;
        let mut asked = QuestionsAsked::new();
        for decision in decisions {
            let question = canonical::from_cbor(&decision.input).ok();
            let question: Option<Question<AwardInput>> = question;
            // One that cannot be read is asked as if it were the first time.
            if let (Some(event), Some(question)) = (decision.event, question) {
                let of = asked.entry((event, decision.slot)).or_default();
                of.push((decision.generation, question.input));
            }
        }
        Ok(asked)
    }

    async fn event(
        &mut self,
        plan: &InForce,
        positioned: &Positioned,
        component: &str,
        asked: Recorded,
        is_new: bool,
    ) -> Result<(), Error> {
        let event = &positioned.event;
        let before = self.before.take(component, Some(&event.id));
        let id_of = self.id_of(&before);
        let lane = self.lane;
        let awarded = ask::award(lane, plan, component, event, &mut self.books, asked, id_of);
        match awarded.await? {
            Awarded::Paid {
                entries,
                wake_ups,
                decision,
            } => {
                let differs = self.book(&before, &entries, positioned.position)?;
                if differs || is_new {
                    self.changes.decisions.extend(decision);
                }
                if is_new {
                    wake::set(lane, plan, component, event, wake_ups, &mut self.changes);
                }
            }
            Awarded::Failed {
                code,
                detail,
                decision,
            } => {
                // What it once answered stands.
                self.books.book.enter(&before)?;
                if is_new {
                    self.changes.decisions.extend(decision);
                    let failed = award::failed(lane, component, Some(event), code, &detail);
                    self.changes.events.push(failed);
                }
            }
        }
        Ok(())
    }

    /// What was booked of a component's settlement.
    pub fn take_settled(&mut self, component: &str) -> Vec<Entry> {
        self.before.take(component, None)
    }

    /// A line keeps the identifier it was booked under.
    pub fn id_of<'b>(&self, before: &'b [Entry]) -> impl Fn(&Line) -> PostingId + use<'a, 'b> {
        let host = self.lane.host;
        let now = host.clock.now();
        move |line| {
            before
                .iter()
                .find(|entry| entry.line == *line)
                .map_or_else(|| host.ids.next(now), |entry| entry.id.clone())
        }
    }

    /// Books what differs; false where nothing does.
    pub fn book(
        &mut self,
        before: &[Entry],
        wanted: &[Entry],
        position: i64,
    ) -> Result<bool, Error> {
        let booking = Booking {
            lane: self.lane,
            period: &self.period.name,
            booked_period: self.booked_period,
            position,
        };
        let differences = book::differences(before, wanted)?;
        let rows = differences
            .iter()
            .map(|difference| booking.difference(difference));
        self.changes.postings.extend(rows);
        Ok(!differences.is_empty())
    }

    /// What has to be committed in the end.
    pub fn finish(mut self) -> Result<Changes, Error> {
        self.take_back(Micros(i64::MAX))?;
        Ok(self.changes)
    }

    /// Takes back what was booked of what occurred before `until` and follows from nothing
    /// any more.
    fn take_back(&mut self, until: Micros) -> Result<(), Error> {
        for before in self.before.take_left(until) {
            self.book(&before, &[], 0)?;
        }
        Ok(())
    }
}
