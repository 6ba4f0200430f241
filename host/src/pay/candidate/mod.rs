//! What a component that is tried would have paid. It and what is in force are asked
//! about the same events of an open period, in their order and from the balances at its
//! beginning, each with a book and wishes of its own, and in the end what the period
//! comes to, as if it closed now. Nothing of it is booked; what is kept is how the two
//! differ.
//!
//! Both are computed in one way, so that whatever differs follows from the rules: what is
//! booked of an open period is in the order in which events came in, and not settled.

mod ledger;
mod side;
mod wishes;

use std::collections::HashMap;

use self::ledger::{About, Ledger};
use self::side::{Said, Side};
use super::ask::Recorded;
use super::lane::Lane;
use super::settle::last_instant;
use super::{Error, close, wake};
use crate::domain::calendar::Period;
use crate::domain::contract::Binding;
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::decision::Decision;
use crate::domain::generation::CandidateLedger;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{self, ContractId, EventId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::policy::question::{AwardInput, Question};
use crate::policy::{Kind, canonical};

/// Events of a period, wake-ups among them, that a candidate is asked about; the others
/// are not looked at, and the period is not settled then.
const EVENTS_MAX: usize = 5_000;

/// How long what was computed counts where nothing was paid since: a day.
const KEPT_MICROS_MAX: i64 = 86_400_000_000;

/// Computes what the candidates would have paid, wherever something was paid since.
/// Answers the codes of what failed, which is tried again and keeps no other waiting.
pub async fn compare_waiting(host: &Host) -> Result<Vec<&'static str>, Error> {
    let mut failed = Vec::new();
    for paying in host.store.paying_contracts().await? {
        let (manufacturer, contract) = (&paying.manufacturer, &paying.contract);
        let courses = host.store.courses(manufacturer, contract).await?;
        for (slot, course) in courses {
            let trial = course.shadow(host.clock.now());
            let Some(trial) = trial.filter(|_| Kind::of_slot(&slot) == Some(Kind::Compensation))
            else {
                continue;
            };
            match compare(host, manufacturer, contract, &slot, trial.generation).await {
                Ok(()) => {}
                Err(error) if error.is_outage() => return Err(error),
                Err(error) => {
                    failed.push(error.code());
                    tracing::warn!(
                        contract = %contract,
                        slot,
                        code = error.code(),
                        "it could not be computed what a candidate would have paid; it is tried again: {error}"
                    );
                }
            }
        }
    }
    Ok(failed)
}

async fn compare(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    slot: &str,
    generation: i64,
) -> Result<(), Error> {
    let known = host
        .store
        .candidate_ledgers(manufacturer, contract, slot, generation)
        .await?;
    let position = host.store.lane(manufacturer, contract).await?.position;
    // Of the open periods the last one is always computed. Where nothing happens, a wish
    // of the candidate's may be due all the same.
    let since = Micros(host.clock.now().0.saturating_sub(KEPT_MICROS_MAX));
    let is_known =
        |ledger: &CandidateLedger| ledger.position == position && ledger.computed_at >= since;
    if known.iter().any(is_known) {
        return Ok(());
    }
    let candidate = host
        .store
        .generation(manufacturer, contract, slot, generation)
        .await?
        .ok_or(Error::NotFound { what: "generation" })?;
    let lane = Lane::look(host, manufacturer, contract).await?;
    let current = lane.period_of(host.clock.now())?;
    let first = close::next(&lane).await?;
    // What is not closed yet, and what is under way; both where they differ. Each begins
    // with what is in force has left, in accounts and in wishes.
    for period in first
        .filter(|first| first.name != current.name)
        .iter()
        .chain([&current])
    {
        compute(&lane, period, &candidate).await?;
    }
    Ok(())
}

async fn compute(lane: &Lane<'_>, period: &Period, candidate: &Binding) -> Result<(), Error> {
    let component = candidate.slot.split_once('/');
    let component = component.map_or("", |(_, component)| component);
    let up_to = lane.position();
    let mut trial = Trial::begin(lane, period, component, candidate).await?;
    let mut after = (period.begins, String::new());
    while let Some(events) = trial.next_events(&mut after, up_to).await? {
        trial.page(&events).await?;
    }
    // What is due later than now is not known to come.
    let now = lane.host.clock.now();
    trial.wake_until(period.ends.min(now)).await?;
    trial.settle().await?;
    trial.ledger.keep(lane, up_to).await
}

/// A period at work.
struct Trial<'a> {
    lane: &'a Lane<'a>,
    period: &'a Period,
    component: &'a str,
    candidate: Side<'a>,
    /// None where nothing is in force.
    in_force: Option<Side<'a>>,
    ledger: Ledger<'a>,
}

impl<'a> Trial<'a> {
    async fn begin(
        lane: &'a Lane<'a>,
        period: &'a Period,
        component: &'a str,
        candidate: &'a Binding,
    ) -> Result<Self, Error> {
        let slot = &candidate.slot;
        let plan = lane.plan_of(period, None).await?;
        let incumbent = plan.slots.get(slot).map(|slot| slot.generation);
        let in_force = match incumbent {
            Some(generation) => {
                let owner = &candidate.manufacturer;
                let binding = lane
                    .host
                    .store
                    .generation(owner, &candidate.contract, slot, generation)
                    .await?
                    .ok_or(Error::NotFound { what: "generation" })?;
                Some(Side::begin(lane, period, component, binding).await?)
            }
            None => None,
        };
        Ok(Self {
            lane,
            period,
            component,
            candidate: Side::begin(lane, period, component, candidate.clone()).await?,
            in_force,
            ledger: Ledger::new(candidate, incumbent, &period.name),
        })
    }

    /// The next of the period's events that the component is asked about; none where
    /// there are no more, or enough.
    async fn next_events(
        &mut self,
        after: &mut (Micros, String),
        up_to: i64,
    ) -> Result<Option<Vec<Positioned>>, Error> {
        let events = self.candidate.computation.next_events(after, up_to).await?;
        if events.is_some() && self.is_enough() {
            self.ledger.is_cut = true;
            return Ok(None);
        }
        let is_asked = |of: &Positioned| {
            wake::component(&of.event).is_none_or(|component| component == self.component)
        };
        Ok(events.map(|events| events.into_iter().filter(is_asked).collect()))
    }

    fn is_enough(&self) -> bool {
        self.ledger.events >= EVENTS_MAX
    }

    async fn page(&mut self, events: &[Positioned]) -> Result<(), Error> {
        let all = Vec::from_iter(events);
        self.candidate.recall(&all).await?;
        if let Some(in_force) = &mut self.in_force {
            in_force.recall(&all).await?;
        }
        let mut decided = self.decided(&all).await?;
        for Positioned { event, .. } in events {
            self.wake_until(event.occurred_at).await?;
            if self.is_enough() {
                self.ledger.is_cut = true;
                break;
            }
            let decided = decided.remove(&event.id);
            if wake::component(event).is_some() {
                self.woken(event, decided).await?;
            } else {
                let both = (self.in_force.is_some(), true);
                self.event(event, event.id.as_str(), both, decided).await?;
            }
        }
        Ok(())
    }

    /// What was decided in the slot about these events.
    async fn decided(&self, events: &[&Positioned]) -> Result<HashMap<EventId, Decision>, Error> {
        let ids: Vec<EventId> = events.iter().map(|event| event.event.id.clone()).collect();
        let owner = &self.lane.force().contract.manufacturer;
        let decisions = self.lane.host.store.awards_of_events(owner, &ids).await?;
        let slot = self.ledger.slot();
        Ok(decisions
            .into_iter()
            .filter(|decision| decision.slot == slot)
            .filter_map(|decision| Some((decision.event.clone()?, decision)))
            .collect())
    }

    /// A wish of the component that is in force was fulfilled. One that it made in this
    /// period is its own, and the candidate's where that has made the same one; one from
    /// before the period is of both, until they say otherwise.
    async fn woken(&mut self, event: &Event, decided: Option<Decision>) -> Result<(), Error> {
        let in_force = self.in_force.as_mut();
        let is_own = in_force.is_some_and(|side| side.wishes.has_said(event));
        let is_woken = |side: &mut Side<'_>| {
            side.wishes.fulfil(event) || !is_own && !side.wishes.has_said(event)
        };
        let both = (
            self.in_force.as_mut().is_some_and(is_woken),
            is_woken(&mut self.candidate),
        );
        let id = match is_own {
            true => id_of_wish(self.component, event),
            false => event.id.as_str().to_owned(),
        };
        self.event(event, &id, both, decided).await
    }

    /// Fulfils the wishes that are due before an instant, in the order of time.
    async fn wake_until(&mut self, before: Micros) -> Result<(), Error> {
        let due = |side: &Side<'_>| side.wishes.next(before).cloned();
        while let Some(wish) = due(&self.candidate)
            .into_iter()
            .chain(self.in_force.as_ref().and_then(due))
            .min_by_key(|wish| wish.due_at)
        {
            if self.is_enough() {
                self.ledger.is_cut = true;
                break;
            }
            let Some(event) = self.event_of(&wish) else {
                break;
            };
            let both = (
                self.in_force
                    .as_mut()
                    .is_some_and(|side| side.wishes.fulfil(&event)),
                self.candidate.wishes.fulfil(&event),
            );
            let id = event.id.as_str().to_owned();
            self.event(&event, &id, both, None).await?;
        }
        Ok(())
    }

    /// The event that fulfils a wish, as if somebody had been woken at once.
    fn event_of(&self, wish: &Deadline) -> Option<Event> {
        let Subject::Compensation { lead, deal, .. } = &wish.subject else {
            return None;
        };
        let subjects = &self.candidate.computation.books.subjects;
        let (lead, deal) = (subjects.lead(lead.as_ref()), subjects.deal(deal.as_ref()));
        let event = wake::event(wish, lead, deal, wish.due_at)?;
        Some(Event {
            id: id_of_wish(self.component, &event).into(),
            ..event
        })
    }

    /// Asks those that are concerned: what is in force, and the candidate.
    async fn event(
        &mut self,
        event: &Event,
        id: &str,
        (is_of_in_force, is_of_candidate): (bool, bool),
        decided: Option<Decision>,
    ) -> Result<(), Error> {
        let question: Option<Question<AwardInput>> = decided
            .as_ref()
            .and_then(|decision| canonical::from_cbor(&decision.input).ok());
        let question = question.map(|question| question.input);
        let answered_by = decided.as_ref().map(|decided| decided.generation);
        // A partner that something is tried with is paid by another one than the others.
        let is_own = answered_by == self.ledger.incumbent();
        let in_force = match &mut self.in_force {
            Some(side) if is_of_in_force => {
                let recorded = match question.clone() {
                    Some(question) if is_own => Recorded::Own(question),
                    Some(question) => Recorded::Others(question),
                    None => Recorded::Nothing,
                };
                Some(side.award(event, recorded).await?)
            }
            _ => None,
        };
        let candidate = match is_of_candidate {
            true => {
                let others = question.map_or(Recorded::Nothing, Recorded::Others);
                Some(self.candidate.award(event, others).await?)
            }
            false => None,
        };
        let about = About {
            id,
            event: Some(event),
            function: "award",
            at: event.occurred_at,
            decided,
        };
        self.compare(about, in_force, candidate)
    }

    /// Asks both what the period comes to.
    async fn settle(&mut self) -> Result<(), Error> {
        if self.ledger.is_cut {
            return Ok(());
        }
        let in_force = match &mut self.in_force {
            Some(side) => Some(side.settle().await?),
            None => None,
        };
        let candidate = self.candidate.settle().await?;
        self.ledger.is_settled = candidate.entries.is_some()
            && in_force.as_ref().is_none_or(|said| said.entries.is_some());
        let at = last_instant(self.period.ends);
        let id: String = ids::derived(at, self.component);
        let about = About {
            id: &id,
            event: None,
            function: "settle",
            at,
            decided: None,
        };
        self.compare(about, in_force, Some(candidate))
    }

    fn compare(
        &mut self,
        about: About<'_>,
        in_force: Option<Said>,
        candidate: Option<Said>,
    ) -> Result<(), Error> {
        // One that fails is asked about what follows as if it had said the same.
        if let Some(Said { entries: None, .. }) = &candidate {
            let theirs = in_force.as_ref().and_then(|said| said.entries.as_deref());
            self.candidate.enter(theirs.unwrap_or_default())?;
        }
        let subjects = &self.candidate.computation.books.subjects;
        self.ledger
            .note(self.lane, subjects, about, in_force, candidate)
    }
}

/// What a wish is answered under: once, whether somebody was woken for it or not.
fn id_of_wish(component: &str, woken: &Event) -> String {
    let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let of = [
        component.to_owned(),
        id(woken.lead.as_ref().map(|id| id.as_str())),
        id(woken.deal.as_ref().map(|id| id.as_str())),
        id(wake::key(woken)),
        woken.occurred_at.0.to_string(),
    ];
    ids::derived(woken.occurred_at, &of.join("/"))
}
