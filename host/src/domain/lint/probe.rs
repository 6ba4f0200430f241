//! Asks a plan what scenarios pay, each once.

use std::collections::BTreeMap;

use super::scenario::Scenario;

/// Scenarios that a plan is asked about in one lint.
const ASKED_MAX: usize = 20_000;

/// Why no more is asked.
pub(super) enum Stop<E> {
    /// The limit of questions is reached.
    Enough,
    /// The plan could not be asked.
    Failed(E),
}

/// A plan that is asked.
pub(super) struct Probe<'p, E> {
    plan: &'p mut dyn FnMut(&Scenario) -> Result<i64, E>,
    known: BTreeMap<Scenario, i64>,
}

impl<'p, E> Probe<'p, E> {
    pub fn of(plan: &'p mut dyn FnMut(&Scenario) -> Result<i64, E>) -> Self {
        Self {
            plan,
            known: BTreeMap::new(),
        }
    }

    /// What it pays.
    pub fn paid(&mut self, scenario: &Scenario) -> Result<i64, Stop<E>> {
        if let Some(paid) = self.known.get(scenario) {
            return Ok(*paid);
        }
        if self.known.len() >= ASKED_MAX {
            return Err(Stop::Enough);
        }
        let paid = (self.plan)(scenario).map_err(Stop::Failed)?;
        self.known.insert(scenario.clone(), paid);
        Ok(paid)
    }

    pub fn asked(&self) -> usize {
        self.known.len()
    }
}
