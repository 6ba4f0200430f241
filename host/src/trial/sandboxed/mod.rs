//! The components of a plan in the sandbox, asked about what might be: nothing is booked.
//!
//! They are told what the host would tell them, as far as a simulation knows it: the
//! provider alone is paid, as the claimer; what the contract or the plan holds is reckoned
//! for each provider by itself; figures count the period that is settled, and those of a
//! window have no value; nobody is woken.

mod accounts;
mod known;
mod question;
#[cfg(test)]
mod tests;
mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::accounts::Accounts;
use self::accounts::Entering;
use self::known::{Answered, Known};
use self::question::{AwardAsked, Read, SettleAsked};
use self::time::{DAYS_A_WEEK, FIRST_DAY, instant};
use crate::domain::digest::Pieces;
use crate::domain::lint::{self, Scenario};
use crate::domain::seed;
use crate::domain::simulation::{Award, Booked, Event, Plan, Settle};
use crate::domain::time::Micros;
use crate::host::InForce;
use crate::policy::manifest::{Manifest, Resets};
use crate::policy::question::{Context, Period};
use crate::policy::{Bound, Limits, PolicyError};

/// Weeks of a month, a quarter and a year, in thousandths.
const MONTH_WEEKS: u32 = 4_345;
const QUARTER_WEEKS: u32 = 13_036;
const YEAR_WEEKS: u32 = 52_143;

/// A plan's components, asked in the order of their names.
pub struct Sandboxed {
    contract: String,
    cadence: String,
    period_weeks: u32,
    components: Vec<Component>,
    failures: BTreeMap<Unanswered, u64>,
    /// Each with the component's position.
    awarded: Known<(usize, AwardAsked)>,
    settled: Known<(usize, SettleAsked)>,
}

#[derive(Clone)]
struct Component {
    name: String,
    bound: Arc<Bound>,
    limits: Limits,
    /// What its settlement reads.
    reads: Vec<Read>,
}

/// A question that a component did not answer: it pays nothing for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unanswered {
    pub component: String,
    pub code: String,
    /// The code of the event that it was asked about; none where a period was settled.
    pub event: Option<String>,
    /// Of a deal, in minor units.
    pub value: Option<i64>,
}

impl Sandboxed {
    /// The components that a contract has in force, settled by the week.
    ///
    /// # Errors
    /// Why one of them could not be loaded.
    pub fn of(plan: &InForce) -> Result<Self, PolicyError> {
        let component = |(name, slot): (&str, &crate::host::Slot)| {
            let bound = slot.bound.clone()?;
            let accounts = bound.plugin().manifest().accounts.iter();
            let accounts: Vec<&str> = accounts.map(|account| account.name.as_str()).collect();
            Ok(Component {
                name: name.to_owned(),
                reads: Component::reads(bound.vocabulary(), &accounts),
                limits: slot.limits,
                bound,
            })
        };
        Ok(Self {
            contract: plan.contract.code.clone(),
            cadence: plan.terms.periods.cadence.as_str().to_owned(),
            period_weeks: 1,
            components: plan.components().map(component).collect::<Result<_, _>>()?,
            failures: BTreeMap::new(),
            awarded: Known::default(),
            settled: Known::default(),
        })
    }

    /// The same, settled after so many weeks.
    pub fn settled_after(self, period_weeks: u32) -> Self {
        Self {
            period_weeks,
            ..self
        }
    }

    /// The same plan, to be asked on another thread.
    pub fn again(&self) -> Self {
        Self {
            contract: self.contract.clone(),
            cadence: self.cadence.clone(),
            period_weeks: self.period_weeks,
            components: self.components.clone(),
            failures: BTreeMap::new(),
            awarded: Known::default(),
            settled: Known::default(),
        }
    }

    /// Of all that its answers depend on: who is asked, and by which terms.
    pub fn digest(&self) -> String {
        let mut pieces = Pieces::default();
        for component in &self.components {
            let Component { name, bound, .. } = component;
            let digests = [
                bound.plugin().digest(),
                bound.configuration_digest(),
                bound.terms_digest(),
            ];
            pieces.add(format!("{name}\n{}\n", digests.join("\n")).as_bytes());
        }
        pieces.digest()
    }

    /// Names behind a prefix such as `measure/` that one of the components reads.
    pub fn reads(&self, prefix: &str) -> BTreeSet<String> {
        let words = |component: &Component| component.bound.vocabulary().words().to_vec();
        self.components
            .iter()
            .flat_map(words)
            .filter_map(|word| word.strip_prefix(prefix).map(str::to_owned))
            .collect()
    }

    /// Laws that one of the components says it breaks by design.
    pub fn declares(&self) -> Vec<String> {
        let declared = self.components.iter();
        let declared: BTreeSet<String> = declared
            .flat_map(|component| component.manifest().declares.clone())
            .collect();
        declared.into_iter().collect()
    }

    /// What was not answered so far, with how often it was asked.
    pub fn unanswered(&self) -> &BTreeMap<Unanswered, u64> {
        &self.failures
    }

    /// What a period comes to; none where a question had no answer.
    ///
    /// # Errors
    /// Where this host could not ask.
    pub fn paid_in(&mut self, scenario: &Scenario) -> Result<Option<i64>, PolicyError> {
        let failed = |plan: &Self| plan.failures.values().sum::<u64>();
        let before = failed(self);
        let paid = lint::paid(self, scenario)?;
        Ok((failed(self) == before).then_some(paid))
    }

    fn award_one(
        &mut self,
        accounts: &Accounts,
        event: &Event<'_>,
    ) -> Result<Booked<Accounts>, PolicyError> {
        let mut booked = Booked {
            paid: 0,
            accounts: accounts.clone(),
        };
        for position in 0..self.components.len() {
            let component = &self.components[position];
            // Whoever does not name an event is not asked about it.
            let names = &component.manifest().events;
            if !names.iter().any(|name| name == event.code.as_str()) {
                continue;
            }
            let asked = component.award_asked(position, accounts, event);
            let earlier = asked.earlier();
            let contract = &self.contract;
            let answered = self.awarded.answer((position, asked), |(_, asked)| {
                let context = context(contract, asked.at());
                let input = component.award_input(asked);
                component.ask(context, &input, |earnings| {
                    (earnings.postings, earnings.reasons)
                })
            })?;
            self.enter(position, Some((event, earlier)), &answered, &mut booked);
        }
        Ok(booked)
    }

    fn settle_one(
        &mut self,
        asked: &Settle<'_, Accounts>,
    ) -> Result<Booked<Accounts>, PolicyError> {
        let mut booked = Booked {
            paid: 0,
            accounts: asked.accounts.clone(),
        };
        for position in 0..self.components.len() {
            let component = &self.components[position];
            let question = component.settle_asked(position, asked);
            let (contract, weeks) = (&self.contract, self.period_weeks);
            let period = |number| period(number, weeks, &self.cadence);
            let answered = self.settled.answer((position, question), |(_, asked)| {
                let context = context(contract, asked.at(weeks));
                let period = period(asked.period());
                let input = component.settle_input(asked, period);
                component.ask(context, &input, |settlement| {
                    (settlement.postings, settlement.reasons)
                })
            })?;
            self.enter(position, None, &answered, &mut booked);
        }
        self.reset(&mut booked.accounts, asked.period);
        Ok(booked)
    }

    /// Who fails for its own reasons pays nothing.
    fn enter(
        &mut self,
        position: usize,
        about: Option<(&Event<'_>, usize)>,
        answered: &Answered,
        booked: &mut Booked<Accounts>,
    ) {
        let component = &self.components[position];
        match answered {
            Answered::Posted { postings, reasons } => {
                let entering = Entering {
                    component,
                    position,
                    about: about.map(|(about, _)| about),
                    earlier: about.map_or(0, |(_, earlier)| earlier),
                    reasons,
                };
                entering.enter(booked, postings);
            }
            Answered::Failed(code) => {
                let event = about.map(|(about, _)| about);
                let unanswered = Unanswered {
                    component: component.name.clone(),
                    code: code.as_str().to_owned(),
                    event: event.map(|event| event.code.as_str().to_owned()),
                    value: event.and_then(|event| event.value),
                };
                *self.failures.entry(unanswered).or_default() += 1;
            }
        }
    }

    /// Accounts whose span ends with the period begin the next one at 0.
    fn reset(&self, accounts: &mut Accounts, period: u32) {
        accounts.reset(|component, account| {
            let weeks = match self.components[component].manifest().accounts[account].resets {
                Resets::Month => MONTH_WEEKS,
                Resets::Quarter => QUARTER_WEEKS,
                Resets::Year => YEAR_WEEKS,
                Resets::Never => return false,
            };
            let of_period = self.period_weeks.max(1) * 1_000;
            let periods = ((weeks + of_period / 2) / of_period).max(1);
            (period + 1).is_multiple_of(periods)
        });
    }
}

impl Component {
    fn manifest(&self) -> &Manifest {
        self.bound.plugin().manifest()
    }
}

/// Nobody's luck: what is the same is answered the same.
fn context(contract: &str, at: Micros) -> Context {
    Context {
        now: instant(at),
        seed: seed::of(contract, "", 1, "compensation"),
    }
}

/// A period by its number from 0, where each has so many weeks.
fn period(number: u32, weeks: u32, cadence: &str) -> Period {
    let days = (weeks as i32).saturating_mul(DAYS_A_WEEK);
    let begins = FIRST_DAY.saturating_add(days.saturating_mul(number as i32));
    Period {
        name: format!("{}", number + 1),
        cadence: cadence.to_owned(),
        begins,
        ends: begins.saturating_add(days),
    }
}

impl Plan for Sandboxed {
    type Accounts = Accounts;
    type Error = PolicyError;

    fn open(&mut self, _provider: u32) -> Result<Accounts, PolicyError> {
        Ok(Accounts::default())
    }

    fn award(
        &mut self,
        asked: &[Award<'_, Accounts>],
    ) -> Result<Vec<Booked<Accounts>>, PolicyError> {
        let mut award = |one: &Award<'_, Accounts>| self.award_one(one.accounts, &one.event);
        asked.iter().map(&mut award).collect()
    }

    /// Each in a call of its own: a plan may divide something among those who are settled
    /// together.
    fn settle(
        &mut self,
        asked: &[Settle<'_, Accounts>],
    ) -> Result<Vec<Booked<Accounts>>, PolicyError> {
        asked.iter().map(|one| self.settle_one(one)).collect()
    }
}
