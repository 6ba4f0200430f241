//! A contract as it is in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Host;
use super::drain::Life;
use super::telling::AsOf;
use crate::domain::calendar::Calendar;
use crate::domain::contract::{Binding, Contract};
use crate::domain::generation::Course;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::terms::{Terms, TermsProblem};
use crate::domain::time::Micros;
use crate::policy::{Bound, Limits, Place, PolicyError};
use crate::store;

/// A contract with its terms and what is bound to its slots. A request takes it
/// once and keeps it to the end, so that a swap of rules in between cannot mix
/// two generations.
#[derive(Clone)]
pub struct InForce {
    /// With the version of the terms that the slots were made with.
    pub contract: Contract,
    /// The manufacturer's code.
    pub manufacturer: String,
    pub terms: Arc<Terms>,
    pub calendar: Arc<Calendar>,
    /// By slot name.
    pub slots: BTreeMap<String, Slot>,
    /// What the slots of routing have beside what is in force, by slot name.
    pub beside: BTreeMap<String, Beside>,
    /// Versions of the contract and of its terms when this was put together.
    pub(super) of: (i64, i64),
    /// When it was put together.
    pub(super) taken_at: Micros,
    /// When what is in force changes by itself, or is looked at again.
    pub(super) until: Micros,
    /// Whatever is derived from it holds it, too.
    pub(super) life: Arc<Life>,
}

/// Plugin and configuration of a generation.
#[derive(Clone)]
pub struct Slot {
    pub generation: i64,
    pub plugin_digest: String,
    pub configuration_digest: String,
    /// What its calls may use beyond the host's limits.
    pub limits: Limits,
    /// Where its calls run.
    pub place: Place,
    /// Whether it has failed too often, and nothing has taken its place.
    pub quarantined: bool,
    /// The error where this host could not load the binding.
    pub bound: Result<Arc<Bound>, PolicyError>,
}

impl Slot {
    /// Whether what kept this host from loading it may be over soon.
    pub(super) fn may_pass(&self) -> bool {
        let error = self.bound.as_ref().err();
        error.is_some_and(|error| !error.code.reproducible())
    }
}

/// What a slot has beside what is in force.
#[derive(Clone, Default)]
pub struct Beside {
    pub course: Course,
    /// Asked what the one in force is asked, and never followed.
    pub shadow: Option<Slot>,
    /// Decides for a share of the leads.
    pub canary: Option<Slot>,
    /// What was in force before and what comes next: kept warm.
    pub(super) warm: Vec<Slot>,
    /// What should be in force, where this host could not load it.
    pub behind: Option<Behind>,
}

/// What a host could not load.
#[derive(Clone, Debug)]
pub struct Behind {
    pub generation: i64,
    pub error: PolicyError,
}

/// Why a contract could not be taken into use.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error("there is no such contract")]
    NotFound,
    #[error("the stored terms of contract {0} cannot be read: {1}")]
    Terms(String, String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl InForce {
    /// The compensation components, by name.
    pub fn components(&self) -> impl Iterator<Item = (&str, &Slot)> {
        self.slots.iter().filter_map(|(name, slot)| {
            name.strip_prefix("compensation/")
                .map(|component| (component, slot))
        })
    }

    /// What the policy bound to a slot reads, and the one that is asked beside it;
    /// nothing where none is.
    pub fn names(&self, slot: &str) -> Vec<Arc<str>> {
        let shadow = self
            .beside
            .get(slot)
            .and_then(|beside| beside.shadow.as_ref());
        let mut names: Vec<Arc<str>> = Vec::new();
        for read in [self.slots.get(slot), shadow].into_iter().flatten() {
            let Ok(bound) = &read.bound else { continue };
            let words = bound.vocabulary().words();
            match names.is_empty() {
                true => names = words.to_vec(),
                false => {
                    let new = words.iter().filter(|word| !names.contains(word));
                    let new: Vec<Arc<str>> = new.cloned().collect();
                    names.extend(new);
                }
            }
        }
        names
    }

    /// An instant, by the contract's clock and calendar.
    pub fn as_of(&self, now: Micros) -> AsOf<'_> {
        AsOf {
            calendar: &self.calendar,
            now,
        }
    }
}

impl Beside {
    /// What is loaded beside what is in force.
    pub(super) fn loaded(&self) -> impl Iterator<Item = &Slot> {
        let trials = [&self.shadow, &self.canary].into_iter().flatten();
        trials.chain(&self.warm).filter(|slot| slot.bound.is_ok())
    }
}

impl InForce {
    /// Whether it is what a contract's row of these versions, its own and its terms',
    /// stands for at that instant.
    pub(super) fn is_of(&self, versions: (i64, i64), now: Micros) -> bool {
        self.of == versions && now < self.until
    }

    /// The same with the row as it is now: the slots count on their own.
    fn with_row(&self, row: Contract) -> Self {
        let mut force = self.clone();
        force.contract = Contract {
            terms_version: self.contract.terms_version,
            ..row
        };
        force
    }

    /// The generation of a slot that is loaded here already.
    pub(super) fn loaded(&self, slot: &str, generation: i64) -> Option<&Slot> {
        let beside = self.beside.get(slot);
        let others = beside.into_iter().flat_map(Beside::loaded);
        self.slots
            .get(slot)
            .into_iter()
            .chain(others)
            .find(|slot| slot.generation == generation && slot.bound.is_ok())
    }
}

impl Host {
    /// The contract as it is in force now. Its row is read each time, so that a
    /// change that any host has made is seen; terms and policies are taken over
    /// from the last time where they are the same.
    ///
    /// No request waits for a change to be compiled: until what is new is ready
    /// here, what was in force before goes on.
    pub async fn contract(
        &self,
        manufacturer: &ManufacturerId,
        id: &ContractId,
    ) -> Result<Arc<InForce>, ContractError> {
        let read = async |known: Option<Arc<InForce>>| {
            let row = self
                .store
                .contract(manufacturer, id)
                .await?
                .ok_or(ContractError::NotFound)?;
            match known {
                Some(known) if known.is_of((row.version, row.terms_version), self.clock.now()) => {
                    Ok(
                        match known.contract.partners_version == row.partners_version {
                            true => known,
                            false => Arc::new(known.with_row(row)),
                        },
                    )
                }
                Some(known) if self.is_preparing(id) => Ok(Arc::new(known.with_row(row))),
                known => Ok(Arc::new(self.take_into_use(row, known).await?)),
            }
        };
        let found = self.known(id).in_force.read(read).await;
        if matches!(found, Err(ContractError::NotFound)) {
            self.forget(id);
        }
        found
    }

    /// Takes what was just changed of a contract into use, where it is in use here. Its
    /// policies are at hand now, and may not be when the next request asks: that would be
    /// answered by what was in force before.
    pub async fn take_up(&self, manufacturer: &ManufacturerId, id: &ContractId) {
        if self.known(id).in_force.found().is_none() {
            return;
        }
        if let Err(error) = self.contract(manufacturer, id).await {
            tracing::warn!(
                contract = %id,
                "what was changed is taken into use by the next request: {error}"
            );
        }
    }

    /// With what is bound to the slots of routing; what pays is [`super::Plans`]'.
    async fn take_into_use(
        &self,
        row: Contract,
        known: Option<Arc<InForce>>,
    ) -> Result<InForce, ContractError> {
        let mut wanted = self.wanted(row).await?;
        if let Some(known) = &known {
            wanted.take_over(known);
            if !self.is_warm(&wanted) {
                let kept = known.with_row(wanted.row.clone());
                self.prepare(wanted);
                return Ok(kept);
            }
        }
        let mut loaded = BTreeMap::new();
        for (slot, bindings) in &wanted.bindings {
            let mut slots = Vec::with_capacity(bindings.len());
            for binding in bindings {
                slots.push(self.slot(&wanted, binding).await?);
            }
            loaded.insert(slot.clone(), slots);
        }
        let force = wanted.put_together(loaded);
        if let Some(known) = &known {
            self.draining.watch(&known.life, self.clock.now());
        }
        self.taken.notify_one();
        Ok(force)
    }

    /// A contract under its version of the terms, with these bindings in force.
    pub(super) async fn with_bindings(
        &self,
        contract: Contract,
        bindings: Vec<Binding>,
    ) -> Result<InForce, ContractError> {
        let wanted = self.wanted_of(contract, BTreeMap::new()).await?;
        let mut slots = BTreeMap::new();
        for binding in bindings {
            let slot = self.slot(&wanted, &binding).await?;
            slots.insert(binding.slot, slot);
        }
        let mut force = wanted.put_together(BTreeMap::new());
        force.slots = slots;
        Ok(force)
    }

    pub(super) async fn code_of(
        &self,
        manufacturer: &ManufacturerId,
    ) -> Result<String, ContractError> {
        let found = self.store.manufacturer(manufacturer).await?;
        Ok(found.ok_or(ContractError::NotFound)?.code)
    }

    pub(super) async fn read_terms(&self, contract: &Contract) -> Result<Terms, ContractError> {
        let version = self
            .store
            .terms(&contract.manufacturer, &contract.id, contract.terms_version)
            .await?
            .ok_or(ContractError::NotFound)?;
        Terms::kept(&version.document).map_err(|problems| unreadable(contract, &problems))
    }
}

pub(super) fn unreadable(contract: &Contract, problems: &[TermsProblem]) -> ContractError {
    let text = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.pointer, problem.message))
        .collect::<Vec<_>>()
        .join("; ");
    ContractError::Terms(contract.code.clone(), text)
}
