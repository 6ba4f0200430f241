//! Canaries are followed answer by answer: what was counted is kept between looks,
//! so that nobody counts all answers again.

use std::collections::{BTreeMap, BTreeSet};

use super::{ContractError, Host};
use crate::domain::calendar::Calendar;
use crate::domain::contract::Contract;
use crate::domain::generation::{Tally, Trial};
use crate::domain::ids::{DecisionId, LeadId};
use crate::domain::lead::Lead;
use crate::domain::span::{Leg, Span};
use crate::domain::terms::{Gates, Terms};
use crate::domain::time::Micros;
use crate::policy::Kind;

/// Answers of the last two seconds are left for the next look: those that another
/// host has committed meanwhile may lie before them. One that comes later still is
/// not counted.
const SETTLED_MICROS: i64 = 2_000_000;
/// Answers read at once.
const ANSWERS_AT_ONCE: u32 = 1_000;
/// Leads read at once.
const LEADS_AT_ONCE: usize = 1_000;
const HOUR_MICROS: i64 = 3_600_000_000;

/// A canary, as far as its answers were counted.
pub(super) struct Followed {
    generation: i64,
    since: Micros,
    /// As the terms have them.
    gates: Gates,
    tally: Tally,
    /// The last answer that was counted.
    after: String,
    /// Of what pays: all that was decided before has been looked at.
    walked_until: Micros,
    /// Leads whose time is not over, with when that is looked at.
    waiting: BTreeMap<LeadId, Micros>,
    /// Leads that were counted.
    counted: BTreeSet<LeadId>,
}

impl Followed {
    fn begin(trial: &Trial, gates: &Gates) -> Self {
        Self {
            generation: trial.generation,
            since: trial.since,
            gates: gates.clone(),
            tally: Tally::of(gates),
            after: String::new(),
            walked_until: trial.since,
            waiting: BTreeMap::new(),
            counted: BTreeSet::new(),
        }
    }

    fn is_of(&self, trial: &Trial, gates: &Gates) -> bool {
        (self.generation, self.since) == (trial.generation, trial.since) && self.gates == *gates
    }

    /// The leads that may be over by now.
    fn due(&self, now: Micros) -> Vec<LeadId> {
        let due = self.waiting.iter().filter(|(_, at)| **at <= now);
        due.map(|(lead, _)| lead.clone()).collect()
    }
}

/// The gates that a canary of the slot has to keep to: of what pays only failures are
/// counted.
fn gates_of(slot: &str, gates: &Gates) -> Gates {
    match Kind::of_slot(slot) {
        Some(Kind::Compensation) => Gates {
            errors_max: gates.errors_max,
            disagreement_max: None,
            unworked_max: None,
            fuel_p99_max: None,
            micros_p99_max: None,
        },
        _ => gates.clone(),
    }
}

/// When the lead's time to be worked is over; none where it has not begun with the
/// generation, or is not out.
fn over_at(
    lead: &Lead,
    kind: Kind,
    generation: i64,
    limit: &Span,
    calendar: &Calendar,
) -> Option<Micros> {
    let began = match kind {
        Kind::Qualification => lead.began_with.qualification,
        Kind::Matching => lead.began_with.matching,
        Kind::Escalation => lead.began_with.escalation,
        Kind::Compensation => None,
    };
    let qualified_at = lead.qualified_at.filter(|_| began == Some(generation))?;
    calendar.resolve(limit, qualified_at).ok()
}

impl Host {
    /// What a canary's answers tell up to now.
    pub async fn followed(
        &self,
        contract: &Contract,
        terms: &Terms,
        slot: &str,
        trial: &Trial,
    ) -> Result<Tally, ContractError> {
        let known = self.known(&contract.id);
        let mut of_slots = known.followed.lock().await;
        let gates = &gates_of(slot, &terms.swaps.gates);
        let followed = of_slots.remove(slot);
        let mut followed = followed
            .filter(|followed| followed.is_of(trial, gates))
            .unwrap_or_else(|| Followed::begin(trial, gates));
        // Where reading fails in between, all is counted anew the next time.
        self.count_answers(contract, slot, &mut followed).await?;
        if let Some(kind) = Kind::of_slot(slot)
            && followed.tally.looks_at_leads()
        {
            let days = terms.unworked_after_days;
            self.count_leads(contract, terms, kind, days, &mut followed)
                .await?;
        }
        let tally = followed.tally.clone();
        of_slots.insert(slot.to_owned(), followed);
        Ok(tally)
    }

    async fn count_answers(
        &self,
        contract: &Contract,
        slot: &str,
        followed: &mut Followed,
    ) -> Result<(), ContractError> {
        if Kind::of_slot(slot) == Some(Kind::Compensation) {
            return self.count_payments(contract, slot, followed).await;
        }
        let until = self.settled_until();
        loop {
            let answers = self
                .store
                .canary_answers(
                    contract,
                    slot,
                    followed.generation,
                    (followed.since, &followed.after),
                    until,
                    ANSWERS_AT_ONCE,
                )
                .await?;
            for answer in &answers {
                followed.tally.answer(answer);
                if let Some(lead) = &answer.lead
                    && followed.tally.looks_at_leads()
                    && !followed.counted.contains(lead)
                {
                    let at = followed.waiting.entry(lead.clone());
                    at.or_insert(answer.asked_at);
                }
            }
            match answers.last() {
                Some(last) => followed.after.clone_from(&last.id),
                None => return Ok(()),
            }
        }
    }

    /// What pays has nothing asked beside it: its decisions are its answers.
    async fn count_payments(
        &self,
        contract: &Contract,
        slot: &str,
        followed: &mut Followed,
    ) -> Result<(), ContractError> {
        let until = self.settled_until();
        let mut after: Option<DecisionId> = None;
        loop {
            let outcomes = self
                .store
                .outcomes(
                    contract,
                    slot,
                    followed.generation,
                    (followed.walked_until, until),
                    after.as_ref(),
                    ANSWERS_AT_ONCE,
                )
                .await?;
            for (_, outcome) in &outcomes {
                followed.tally.paid(outcome);
            }
            match outcomes.into_iter().last() {
                Some((last, _)) => after = Some(last),
                None => {
                    followed.walked_until = followed.walked_until.max(until);
                    return Ok(());
                }
            }
        }
    }

    fn settled_until(&self) -> Micros {
        Micros(self.clock.now().0.saturating_sub(SETTLED_MICROS))
    }

    async fn count_leads(
        &self,
        contract: &Contract,
        terms: &Terms,
        kind: Kind,
        days: u32,
        followed: &mut Followed,
    ) -> Result<(), ContractError> {
        let now = self.clock.now();
        let calendar = match Calendar::of(terms) {
            Ok(calendar) => calendar,
            Err(problems) => return Err(super::in_force::unreadable(contract, &problems)),
        };
        let limit = Span(vec![Leg::CalendarDays(days)]);
        let mut over = Vec::new();
        let due = followed.due(now);
        for chunk in due.chunks(LEADS_AT_ONCE) {
            let ids: Vec<&LeadId> = chunk.iter().collect();
            for lead in self.store.leads_among(&contract.manufacturer, &ids).await? {
                match over_at(&lead, kind, followed.generation, &limit, &calendar) {
                    Some(at) if at <= now => {
                        let worked = lead.first_worked_at;
                        over.push((at, lead.id, worked.is_some_and(|worked| worked <= at)));
                    }
                    Some(at) => {
                        followed.waiting.insert(lead.id, at);
                    }
                    // It may go out later.
                    None => {
                        let again = Micros(now.0.saturating_add(HOUR_MICROS));
                        followed.waiting.insert(lead.id, again);
                    }
                }
            }
        }
        over.sort();
        for (_, lead, was_worked) in over {
            followed.waiting.remove(&lead);
            followed.counted.insert(lead);
            followed.tally.over(was_worked);
        }
        Ok(())
    }
}
