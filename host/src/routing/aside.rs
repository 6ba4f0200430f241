//! What is asked beside a lead's decisions.

use super::draft::Draft;
use crate::domain::decision::Decision;
use crate::domain::generation::{CandidateAnswer, Role};
use crate::domain::ids::PartnerId;
use crate::host::{Aside, Tried};
use crate::policy;
use crate::policy::question::Context;
use crate::store::changes::Afterwards;

/// Who is asked beside a decision, and what.
pub(super) struct Beside<I> {
    tried: Tried,
    /// None where there is no room for it.
    input: Option<I>,
}

impl Draft<'_> {
    /// Whether somebody is asked beside the slot's next decision.
    pub(super) fn beside<I: policy::Asked>(&self, slot: &str, input: &I) -> Option<Beside<I>> {
        let subject = self.lead.id.as_str();
        let tried = self.force.tried(&self.snapshot, slot, subject)?;
        Some(Beside {
            input: self.host.has_room_aside().then(|| input.clone()),
            tried,
        })
    }

    /// The slot has decided: what a canary has decided is kept with it, and the
    /// question beside it is put when all this is committed.
    pub(super) fn put_beside<I: policy::Asked>(
        &mut self,
        beside: Beside<I>,
        context: Context,
        decision: &Decision,
        partner: Option<&PartnerId>,
    ) {
        let Beside { tried, input } = beside;
        if tried.role == Role::Incumbent {
            let kept = CandidateAnswer {
                role: Role::Canary,
                outcome: decision.outcome.clone(),
                fuel: decision.fuel,
                micros: decision.micros,
                other_fuel: None,
                other_micros: None,
                ..self.answer_of(&tried, decision, partner)
            };
            self.changes.candidate_answers.push(kept);
        }
        let Some(asked) = &tried.asked else { return };
        let answer = self.answer_of(&tried, decision, partner);
        let Some(input) = input else {
            self.host
                .leave_out(&self.force, &decision.slot, tried.candidate);
            return;
        };
        let aside = Aside::question(answer, &self.force, asked, decision, context, input);
        self.asides.extend(aside);
    }

    /// An answer that is still to be given.
    fn answer_of(
        &self,
        tried: &Tried,
        decision: &Decision,
        partner: Option<&PartnerId>,
    ) -> CandidateAnswer {
        let teaser = &self.lead.teaser;
        let region = |postcode: &String| postcode.chars().take(2).collect();
        CandidateAnswer {
            manufacturer: decision.manufacturer.clone(),
            contract: decision.contract.clone(),
            slot: decision.slot.clone(),
            generation: tried.candidate,
            id: self.next_id(),
            role: tried.role,
            incumbent: tried.incumbent,
            decision: Some(decision.id.clone()),
            lead: Some(self.lead.id.clone()),
            partner: partner.or(self.lead.holder.as_ref()).cloned(),
            function: decision.function.clone(),
            outcome: String::new(),
            agrees: None,
            difference: String::new(),
            fuel: 0,
            micros: 0,
            other_fuel: Some(decision.fuel),
            other_micros: Some(decision.micros),
            product: teaser.product.clone(),
            country: teaser.country.clone(),
            region: teaser.postcode.as_ref().map(region),
            value_difference: None,
            input: Vec::new(),
            output: Vec::new(),
            asked_at: decision.asked_at,
        }
    }

    /// Puts the questions once all else is committed.
    pub(super) fn ask_afterwards(&mut self) {
        let asides = std::mem::take(&mut self.asides);
        if asides.is_empty() {
            return;
        }
        let host = self.host.clone();
        let asides = std::sync::Mutex::new(asides);
        self.changes.afterwards.push(Afterwards::new(move || {
            let mut asides = asides.lock().unwrap_or_else(|held| held.into_inner());
            for aside in asides.drain(..) {
                host.put_aside(aside);
            }
        }));
    }

    /// What was decided is refused to whoever wanted it, so nothing is committed:
    /// what a candidate says to it counts all the same.
    pub(super) fn ask_though_refused(&mut self) {
        for answer in std::mem::take(&mut self.changes.candidate_answers) {
            let decision = self
                .changes
                .decisions
                .iter()
                .find(|decision| Some(&decision.id) == answer.decision.as_ref());
            if let Some(decision) = decision {
                let answer = CandidateAnswer {
                    output: decision.output.clone(),
                    ..answer
                };
                let kept = Aside::kept(answer, &self.force, decision);
                self.host.put_aside(kept.undecided());
            }
        }
        for aside in std::mem::take(&mut self.asides) {
            self.host.put_aside(aside.undecided());
        }
    }
}
