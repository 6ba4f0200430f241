//! Asks a plan what scenarios pay, each once.

use std::collections::BTreeMap;

use super::change::smaller_scenarios;
use super::finding::Unanswered;
use super::scenario::Scenario;

/// Scenarios that a plan is asked about in one lint.
const ASKED_MAX: usize = 20_000;

/// Why no more is asked.
pub(super) enum Stop<E> {
    /// The limit of questions is reached.
    Enough,
    /// The plan has no answer there: nothing can be said of it.
    Unanswered,
    /// The plan could not be asked.
    Failed(E),
}

/// A plan that is asked.
pub(super) struct Probe<'p, E> {
    plan: &'p mut dyn FnMut(&Scenario) -> Result<Option<i64>, E>,
    /// None where it has no answer.
    known: BTreeMap<Scenario, Option<i64>>,
}

impl<'p, E> Probe<'p, E> {
    pub fn of(plan: &'p mut dyn FnMut(&Scenario) -> Result<Option<i64>, E>) -> Self {
        Self {
            plan,
            known: BTreeMap::new(),
        }
    }

    /// What it pays.
    pub fn paid(&mut self, scenario: &Scenario) -> Result<i64, Stop<E>> {
        if let Some(paid) = self.known.get(scenario) {
            return paid.ok_or(Stop::Unanswered);
        }
        if self.known.len() >= ASKED_MAX {
            return Err(Stop::Enough);
        }
        let paid = (self.plan)(scenario).map_err(Stop::Failed)?;
        self.known.insert(scenario.clone(), paid);
        paid.ok_or(Stop::Unanswered)
    }

    pub fn asked(&self) -> usize {
        self.known.len()
    }

    /// The periods without an answer, with as small a one as is found.
    ///
    /// # Errors
    /// Where the plan could not be asked.
    pub fn unanswered(&mut self) -> Result<Unanswered, E> {
        let missing = self.known.iter().filter(|(_, paid)| paid.is_none());
        let periods = missing.clone().count();
        let size = |scenario: &Scenario| {
            let deeds = scenario.leads.iter().map(|case| case.deeds.len());
            scenario.leads.len() + deeds.sum::<usize>()
        };
        let smallest = missing
            .map(|(scenario, _)| scenario)
            .min_by_key(|scenario| size(scenario));
        let Some(mut smallest) = smallest.cloned() else {
            return Ok(Unanswered::default());
        };
        'smaller: loop {
            for scenario in smaller_scenarios(&smallest) {
                match self.paid(&scenario) {
                    Err(Stop::Unanswered) => {
                        smallest = scenario;
                        continue 'smaller;
                    }
                    Err(Stop::Failed(error)) => return Err(error),
                    Err(Stop::Enough) | Ok(_) => {}
                }
            }
            return Ok(Unanswered {
                periods,
                smallest: Some(smallest),
            });
        }
    }
}

/// What was found where everything had an answer; none where something had not.
pub(super) fn answered<T, E>(found: Result<T, Stop<E>>) -> Result<Option<T>, Stop<E>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Unanswered) => Ok(None),
        Err(stop) => Err(stop),
    }
}
