//! By which generations a lead is decided: those with which its cycle began, while
//! they hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::in_force::{InForce, Slot};
use super::{ContractError, Earlier, Host};
use crate::domain::generation::is_chosen;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::lead::BeganWith;
use crate::policy::Kind;

/// Generations of earlier cycles that a contract keeps loaded beside its own, those that
/// were asked for last.
const EARLIER_MAX: usize = 4;

/// The kinds whose generation a cycle begins with.
const BEGUN_WITH: [Kind; 3] = [Kind::Qualification, Kind::Matching, Kind::Escalation];

/// The generation of that kind.
fn generation_of(began: &BeganWith, kind: Kind) -> Option<i64> {
    match kind {
        Kind::Qualification => began.qualification,
        Kind::Matching => began.matching,
        Kind::Escalation => began.escalation,
        Kind::Compensation => None,
    }
}

impl InForce {
    /// With which generations a lead begins a cycle now: where a canary runs, its
    /// share of the leads begins with it.
    pub fn begin(&self, lead: &LeadId) -> BeganWith {
        let generation = |kind: Kind| {
            let canary = self.chosen_canary(kind.as_str(), lead.as_str());
            let slot = canary.or_else(|| self.slots.get(kind.as_str()));
            slot.map(|slot| slot.generation)
        };
        BeganWith {
            qualification: generation(Kind::Qualification),
            matching: generation(Kind::Matching),
            escalation: generation(Kind::Escalation),
        }
    }

    /// The canary of a slot, where the subject is of its share.
    fn chosen_canary(&self, slot: &str, subject: &str) -> Option<&Slot> {
        let beside = self.beside.get(slot)?;
        let trial = beside.course.canary(self.taken_at)?;
        let chosen = is_chosen(
            trial.share,
            self.contract.id.as_str(),
            slot,
            trial.generation,
            subject,
        );
        beside.canary.as_ref().filter(|_| chosen)
    }

    /// With the slots of another generation.
    fn with(self: &Arc<Self>, slots: Vec<(Kind, Slot)>) -> Arc<Self> {
        if slots.is_empty() {
            return self.clone();
        }
        let mut force = Self::clone(self);
        for (kind, slot) in slots {
            force.slots.insert(kind.as_str().to_owned(), slot);
        }
        Arc::new(force)
    }

    /// For a lead that begins a cycle now.
    pub fn beginning(self: &Arc<Self>, began: &BeganWith) -> Arc<Self> {
        let canaries = BEGUN_WITH.into_iter().filter_map(|kind| {
            let canary = self.beside.get(kind.as_str())?.canary.as_ref()?;
            let is_its = Some(canary.generation) == generation_of(began, kind);
            is_its.then(|| (kind, canary.clone()))
        });
        self.with(canaries.collect())
    }

    /// For a claim of the partner: where a canary of escalation runs, it admits its
    /// share of the partners, and nobody else.
    pub fn admitting(self: &Arc<Self>, snapshot: &Self, partner: &PartnerId) -> Arc<Self> {
        let kind = Kind::Escalation;
        let of_lead = self.slots.get(kind.as_str());
        let beside = self.beside.get(kind.as_str());
        let canary = beside.and_then(|beside| beside.canary.as_ref());
        let (Some(of_lead), Some(canary)) = (of_lead, canary) else {
            return self.clone();
        };
        let slot = match self.chosen_canary(kind.as_str(), partner.as_str()) {
            Some(chosen) => chosen.clone(),
            None if of_lead.generation == canary.generation => {
                let in_force = snapshot.slots.get(kind.as_str());
                in_force.unwrap_or(of_lead).clone()
            }
            None => return self.clone(),
        };
        self.with(vec![(kind, slot)])
    }

    /// Whether a lead that began with the generation is still decided by it.
    fn keeps(&self, kind: Kind, generation: i64) -> bool {
        let Some(beside) = self.beside.get(kind.as_str()) else {
            return false;
        };
        let canary = beside.course.canary(self.taken_at);
        let is_canary = canary.is_some_and(|canary| canary.generation == generation);
        let is_kept = self.terms.generations_pinned_to_cycle && kind != Kind::Qualification;
        (is_canary || is_kept) && beside.course.holds(generation, self.taken_at)
    }
}

/// The slot of that generation where it is loaded; it is the last one to go then.
fn latest(earlier: &mut Vec<(Earlier, Slot)>, key: Earlier) -> Option<Slot> {
    let at = earlier.iter().position(|(of, _)| *of == key)?;
    let found = earlier.remove(at);
    earlier.push(found.clone());
    Some(found.1)
}

impl Host {
    /// The contract as it is in force for a question of that kind about a lead that
    /// began its cycle with these generations. One that this host cannot load gives way
    /// to what is in force.
    pub async fn for_cycle(
        &self,
        force: &Arc<InForce>,
        began: &BeganWith,
        kind: Kind,
    ) -> Result<Arc<InForce>, ContractError> {
        let Some(generation) = generation_of(began, kind) else {
            return Ok(force.clone());
        };
        let now = force.slots.get(kind.as_str());
        let is_in_force = now.is_some_and(|slot| slot.generation == generation);
        if is_in_force || !force.keeps(kind, generation) {
            return Ok(force.clone());
        }
        let slot = match force.loaded(kind.as_str(), generation) {
            Some(slot) => Some(slot.clone()),
            None => self.earlier(force, kind, generation).await?,
        };
        Ok(slot.map_or_else(|| force.clone(), |slot| force.with(vec![(kind, slot)])))
    }

    /// A generation of before, loaded when a lead needs it.
    async fn earlier(
        &self,
        force: &InForce,
        kind: Kind,
        generation: i64,
    ) -> Result<Option<Slot>, ContractError> {
        let contract = &force.contract;
        let known = self.known(&contract.id);
        let key = (kind, generation, contract.terms_version);
        if let Some(slot) = latest(&mut known.earlier(), key) {
            return Ok(Some(slot));
        }
        let binding = self
            .store
            .generation(
                &contract.manufacturer,
                &contract.id,
                kind.as_str(),
                generation,
            )
            .await?;
        let Some(binding) = binding else {
            return Ok(None);
        };
        let wanted = self.wanted_of(contract.clone(), BTreeMap::new()).await?;
        let slot = self.slot(&wanted, &binding).await?;
        if slot.bound.is_err() {
            return Ok(None);
        }
        let mut earlier = known.earlier();
        if earlier.len() >= EARLIER_MAX {
            earlier.remove(0);
        }
        earlier.push((key, slot.clone()));
        Ok(Some(slot))
    }
}
