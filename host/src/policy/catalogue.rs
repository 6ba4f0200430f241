//! Which policies are in force: an immutable map that is swapped as a whole. A
//! request takes it once and keeps it to its end, so that it never sees two
//! generations, and an old one lives as long as somebody asks it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::engine::Bound;
use crate::domain::ids::ContractId;

/// A plugin with its configuration and terms, in force for a slot.
#[derive(Debug)]
pub struct Generation {
    /// Counts up per contract and slot.
    pub number: i64,
    /// The terms that were baked in.
    pub terms_version: i64,
    pub bound: Arc<Bound>,
}

/// The policies in force at one moment.
#[derive(Debug, Default)]
pub struct Bindings {
    contracts: HashMap<ContractId, Arc<BTreeMap<String, Arc<Generation>>>>,
}

impl Bindings {
    /// What is in force for a slot, such as `matching` or
    /// `compensation/commission`.
    pub fn get(&self, contract: &ContractId, slot: &str) -> Option<&Arc<Generation>> {
        self.contracts.get(contract)?.get(slot)
    }

    /// All slots of a contract, by name.
    pub fn slots(&self, contract: &ContractId) -> impl Iterator<Item = (&str, &Arc<Generation>)> {
        self.contracts
            .get(contract)
            .into_iter()
            .flat_map(|slots| slots.iter())
            .map(|(slot, generation)| (slot.as_str(), generation))
    }

    /// The compensation components of a contract, by name.
    pub fn components(
        &self,
        contract: &ContractId,
    ) -> impl Iterator<Item = (&str, &Arc<Generation>)> {
        self.slots(contract).filter_map(|(slot, generation)| {
            Some((slot.strip_prefix("compensation/")?, generation))
        })
    }
}

/// Holds the bindings in force.
#[derive(Debug, Default)]
pub struct Catalogue {
    bindings: ArcSwap<Bindings>,
}

impl Catalogue {
    pub fn new() -> Self {
        Self::default()
    }

    /// What is in force now. Take it once per request.
    pub fn bindings(&self) -> Arc<Bindings> {
        self.bindings.load_full()
    }

    /// Puts generations in force, all at once, each in the place of the one
    /// before it.
    pub fn activate(&self, contract: &ContractId, generations: &[(String, Arc<Generation>)]) {
        self.change(contract, |slots| {
            slots.extend(generations.iter().cloned());
        });
    }

    /// Takes the slot's policy out of force.
    pub fn deactivate(&self, contract: &ContractId, slot: &str) {
        self.change(contract, |slots| {
            slots.remove(slot);
        });
    }

    fn change(
        &self,
        contract: &ContractId,
        change: impl Fn(&mut BTreeMap<String, Arc<Generation>>),
    ) {
        self.bindings.rcu(|bindings| {
            let mut contracts = bindings.contracts.clone();
            let slots = contracts.entry(contract.clone()).or_default();
            change(Arc::make_mut(slots));
            Bindings { contracts }
        });
    }
}
