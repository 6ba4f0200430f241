//! What pays: the compensation components and the terms as they were when a
//! period began. A plan is frozen at the time of the events it pays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use jiff::civil::{Date, DateTime, Time};

use super::{ContractError, Host, InForce};
use crate::domain::calendar::{Calendar, CalendarError};
use crate::domain::contract::{Binding, Contract};
use crate::domain::generation::Course;
use crate::domain::ids::PartnerId;
use crate::domain::ledger::PeriodState;
use crate::domain::period::Periods;
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::policy::{Kind, Place};
use crate::store;

/// When a generation of a component may begin to pay, and why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStart {
    #[error("`{0}` is before the end of the last closed period")]
    Closed(Date),
    #[error("`{0}` is past: a plan that pays already is changed from today on or later")]
    Past(Date),
    #[error("`{0}` lies before 1970")]
    Early(Date),
    #[error("`{0}` is past: leave it out, and it changes at once")]
    Over(DateTime),
    #[error("`{0}` is no day: what pays changes when a day begins")]
    NotMidnight(DateTime),
    #[error("cannot be reckoned: {0}")]
    Calendar(#[from] CalendarError),
}

/// Plans of one contract that are kept ready.
const KEPT_MAX: usize = 16;

/// Every plan that a contract has had.
pub struct Plans {
    force: Arc<InForce>,
    /// Versions of the terms, and since when each holds.
    terms: Vec<(i64, Micros)>,
    /// Of the components, by slot.
    courses: BTreeMap<String, Course>,
    /// Every generation of the components that pays.
    bindings: Vec<Binding>,
}

impl Host {
    /// From when a new generation of a slot counts. Routing changes at once, or at
    /// the local instant `wanted`. A compensation component begins at a period's boundary: with the contract's
    /// first event where nothing has happened yet, otherwise with the next
    /// period; or, because somebody wants it so, on the local day `wanted`, which
    /// cuts the period that it lies in.
    pub async fn begins(
        &self,
        contract: &Contract,
        terms: &Terms,
        slot: &str,
        wanted: Option<DateTime>,
    ) -> Result<Result<Micros, BadStart>, store::Error> {
        let now = self.clock.now();
        if Kind::of_slot(slot) != Some(Kind::Compensation) {
            return Ok(match wanted {
                None => Ok(now),
                Some(wanted) => ahead(terms, now, wanted),
            });
        }
        let Contract {
            manufacturer, id, ..
        } = contract;
        let has_begun = self.store.first_occurred(manufacturer, id).await?.is_some();
        let Ok(calendar) = Calendar::of(terms) else {
            return Ok(Err(BadStart::Calendar(CalendarError::TooFar)));
        };
        if let Some(wanted) = wanted.filter(|wanted| wanted.time() != Time::midnight()) {
            return Ok(Err(BadStart::NotMidnight(wanted)));
        }
        let Some(day) = wanted.map(DateTime::date) else {
            return Ok(match calendar.period_of(now, terms.periods.cadence) {
                Ok(period) if has_begun => Ok(period.ends),
                Ok(_) => Ok(Micros::BEGINNING),
                Err(error) => Err(error.into()),
            });
        };
        let Some(at) = calendar.midnight(day) else {
            return Ok(Err(BadStart::Calendar(CalendarError::TooFar)));
        };
        if at < Micros::BEGINNING {
            return Ok(Err(BadStart::Early(day)));
        }
        let periods = self.store.periods(manufacturer, id).await?;
        let is_closed = periods
            .iter()
            .any(|period| period.state == PeriodState::Closed && at < period.ends);
        if is_closed {
            return Ok(Err(BadStart::Closed(day)));
        }
        let generations = self.store.generations(manufacturer, id, slot).await?;
        let today = calendar.local(now).date();
        if has_begun && !generations.is_empty() && day < today {
            return Ok(Err(BadStart::Past(day)));
        }
        Ok(Ok(at))
    }
}

/// A local instant that lies ahead.
fn ahead(terms: &Terms, now: Micros, wanted: DateTime) -> Result<Micros, BadStart> {
    let too_far = || BadStart::Calendar(CalendarError::TooFar);
    let calendar = Calendar::of(terms).map_err(|_| too_far())?;
    let at = calendar.instant_at(wanted).ok_or_else(too_far)?;
    match at > now {
        true => Ok(at),
        false => Err(BadStart::Over(wanted)),
    }
}

impl Plans {
    pub async fn load(host: &Host, force: Arc<InForce>) -> Result<Self, ContractError> {
        let Contract {
            manufacturer, id, ..
        } = &force.contract;
        let terms = host.store.terms_versions(manufacturer, id).await?;
        let mut courses = host.store.courses(manufacturer, id).await?;
        courses.retain(|slot, _| Kind::of_slot(slot) == Some(Kind::Compensation));
        let bindings = host.store.compensation_bindings(manufacturer, id).await?;
        Ok(Self {
            terms,
            courses,
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
        let courses = self.courses.values();
        let begins = courses.flat_map(Course::pay_changes).collect();
        Periods::new(
            &self.force.calendar,
            self.force.terms.periods.cadence,
            begins,
        )
    }

    /// The plan of the period that begins at `begins` with one component alone, which is
    /// asked beside all other calls: a candidate, or what it is compared with.
    pub async fn of_one(
        &self,
        host: &Host,
        begins: Micros,
        binding: Binding,
    ) -> Result<Arc<InForce>, ContractError> {
        let contract = Contract {
            terms_version: self.terms_version(begins),
            ..self.force.contract.clone()
        };
        let mut plan = host.with_bindings(contract, vec![binding]).await?;
        for slot in plan.slots.values_mut() {
            slot.place = Place::Beside;
        }
        Ok(Arc::new(plan))
    }

    /// The version of the terms that holds at an instant. The first one holds for
    /// what was before it, too.
    fn terms_version(&self, at: Micros) -> i64 {
        let terms = &self.terms;
        let holds = terms.iter().rev().find(|(_, since)| *since <= at);
        holds
            .or(terms.first())
            .map_or(self.force.contract.terms_version, |(version, _)| *version)
    }

    /// What the components have come to, by slot.
    pub fn courses(&self) -> impl Iterator<Item = (&str, &Course)> {
        let courses = self.courses.iter();
        courses.map(|(slot, course)| (slot.as_str(), course))
    }

    /// The partners that something is tried with in the period that begins at `begins`.
    pub fn tried_with(&self, begins: Micros) -> BTreeSet<PartnerId> {
        let trials = self
            .courses
            .values()
            .flat_map(|course| course.paid_trials_at(begins));
        trials
            .flat_map(|trial| &trial.partners)
            .map(|chosen| chosen.id.clone())
            .collect()
    }

    /// A generation of a component.
    pub fn binding(&self, slot: &str, generation: i64) -> Option<&Binding> {
        let mut bindings = self.bindings.iter();
        bindings.find(|binding| binding.slot == slot && binding.generation == generation)
    }

    /// The plan by which a partner is paid in the period that begins at `begins`: of
    /// each component the generation that is tried with it, or was active then.
    /// Without a partner it is what is in force for all.
    pub async fn of_period(
        &self,
        host: &Host,
        begins: Micros,
        partner: Option<&PartnerId>,
    ) -> Result<Arc<InForce>, ContractError> {
        let terms_version = self.terms_version(begins);
        let mut active: BTreeMap<&str, &Binding> = BTreeMap::new();
        for (slot, course) in self.courses() {
            let generation = course.pays(begins, partner);
            let binding = generation.and_then(|generation| self.binding(slot, generation));
            active.extend(binding.map(|binding| (slot, binding)));
        }
        let is_same = |plan: &InForce| {
            plan.contract.terms_version == terms_version
                && plan.slots.len() == active.len()
                && active.iter().all(|(slot, binding)| {
                    plan.slots.get(*slot).is_some_and(|known| {
                        known.generation == binding.generation && known.bound.is_ok()
                    })
                })
        };
        let kept = host.known(&self.force.contract.id);
        let plans = || kept.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let known = plans().iter().find(|plan| is_same(plan)).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let contract = Contract {
            terms_version,
            ..self.force.contract.clone()
        };
        let bindings: Vec<Binding> = active.into_values().cloned().collect();
        let plan = Arc::new(host.with_bindings(contract, bindings).await?);
        let mut plans = plans();
        if plans.len() >= KEPT_MAX {
            plans.remove(0);
        }
        plans.push(plan.clone());
        Ok(plan)
    }
}
