//! What pays: the compensation components and the terms as they were when a
//! period began. A plan is frozen at the time of the events it pays.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use super::{ContractError, Host, InForce};
use crate::domain::contract::{Binding, Contract};
use crate::domain::period::Periods;
use crate::domain::time::Micros;

/// Plans of one contract that are kept ready.
const KEPT_MAX: usize = 16;

/// Every plan that a contract has had.
pub struct Plans {
    force: Arc<InForce>,
    /// Versions of the terms, and since when each holds.
    terms: Vec<(i64, Micros)>,
    bindings: Vec<Binding>,
}

impl Plans {
    pub async fn load(host: &Host, force: Arc<InForce>) -> Result<Self, ContractError> {
        let Contract {
            manufacturer, id, ..
        } = &force.contract;
        let terms = host.store.terms_versions(manufacturer, id).await?;
        let bindings = host.store.compensation_bindings(manufacturer, id).await?;
        Ok(Self {
            terms,
            bindings,
            force,
        })
    }

    /// The contract as it is in force now.
    pub fn force(&self) -> &InForce {
        &self.force
    }

    /// The periods over which the contract's money is reckoned.
    pub fn periods(&self) -> Periods<'_> {
        let begins = self
            .bindings
            .iter()
            .map(|binding| binding.active_from)
            .collect();
        Periods::new(
            &self.force.calendar,
            self.force.terms.periods.cadence,
            begins,
        )
    }

    /// The plan of the period that begins at `begins`: of each component the
    /// generation that was active then. The first version of the terms holds for
    /// what was before it, too.
    pub async fn of_period(
        &self,
        host: &Host,
        begins: Micros,
    ) -> Result<Arc<InForce>, ContractError> {
        let terms_version = self
            .terms
            .iter()
            .rev()
            .find(|(_, since)| *since <= begins)
            .or(self.terms.first())
            .map_or(self.force.contract.terms_version, |(version, _)| *version);
        let mut active: BTreeMap<&str, &Binding> = BTreeMap::new();
        for binding in &self.bindings {
            // In the order of generations: the last one that fits stays.
            if binding.active_from <= begins {
                active.insert(&binding.slot, binding);
            }
        }
        let contract = Contract {
            terms_version,
            ..self.force.contract.clone()
        };
        let is_same = |plan: &InForce| {
            plan.contract.terms_version == terms_version
                && plan.slots.len() == active.len()
                && active.iter().all(|(slot, binding)| {
                    plan.slots.get(*slot).is_some_and(|known| {
                        known.generation == binding.generation && known.bound.is_ok()
                    })
                })
        };
        let known = host
            .plans
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&contract.id)
            .and_then(|plans| plans.iter().find(|plan| is_same(plan)).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let bindings: Vec<Binding> = active.into_values().cloned().collect();
        let plan = Arc::new(host.with_bindings(contract, bindings).await?);
        let mut plans = host.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = plans.entry(plan.contract.id.clone()).or_default();
        if kept.len() >= KEPT_MAX {
            kept.remove(0);
        }
        kept.push(plan.clone());
        Ok(plan)
    }
}
