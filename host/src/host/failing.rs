//! Which generations have failed on this host of late: the worker looks whether
//! that was too often. What is counted lies in the database; this says only where to
//! look, so that nobody looks through what does not fail.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Host, InForce};
use crate::domain::generation::is_own_failure;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::policy::Kind;

/// How long it is looked at after a failure, so that the commit of the decision,
/// which follows, is seen: ten seconds.
const LOOKED_AT_MICROS: i64 = 10_000_000;
/// More at once are looked at when they fail again.
const FAILING_MAX: usize = 1_000;

/// A generation of a contract's slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decider {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    pub generation: i64,
}

/// With when they have failed last.
#[derive(Default)]
pub(super) struct Failing(Mutex<BTreeMap<Decider, Micros>>);

impl Host {
    /// A generation has answered so.
    pub(super) fn note_outcome(&self, force: &InForce, slot: &str, generation: i64, outcome: &str) {
        if !is_own_failure(outcome) || Kind::of_slot(slot) == Some(Kind::Compensation) {
            return;
        }
        let decider = Decider {
            manufacturer: force.contract.manufacturer.clone(),
            contract: force.contract.id.clone(),
            slot: slot.to_owned(),
            generation,
        };
        let mut failing = self
            .failing
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if failing.len() < FAILING_MAX || failing.contains_key(&decider) {
            failing.insert(decider, self.clock.now());
        }
    }

    /// The generations that have failed here a moment ago.
    pub fn failing(&self) -> Vec<Decider> {
        let now = self.clock.now();
        let mut failing = self
            .failing
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let found = failing.keys().cloned().collect();
        failing.retain(|_, at| now.0.saturating_sub(at.0) < LOOKED_AT_MICROS);
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::generation::is_own_failure;
    use crate::policy::Code;
    use crate::policy::error::Owner;

    #[test]
    fn what_counts_is_the_policys_own_and_fails_again() {
        for code in Code::ALL {
            let name = code.as_str();
            // What is refused before it is asked is no failure of an answer.
            let is_answer = name.starts_with("guest.") || name.starts_with("policy.");
            let is_own = code.owner() == Owner::Author && code.reproducible();
            assert_eq!(is_own_failure(name), is_own && is_answer, "{name}");
        }
    }
}
