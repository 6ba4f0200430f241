//! What people would do under a plan, and what is wrong with it: the real components,
//! asked in the sandbox, on all processors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::assumptions::Assumptions;
use super::sandboxed::{Sandboxed, Unanswered};
use crate::domain::lint::{self, Brief};
use crate::domain::simulation::map::Map;
use crate::domain::simulation::{Behaviour, Estimates, Outcome, Parameters, World, run};
use crate::policy::PolicyError;

/// What a plan was tried for, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Behaved {
    pub plan: String,
    pub name: String,
    /// What came of each seed where providers go by what is paid, all together.
    pub by_pay: Vec<Outcome>,
    /// The same by the habits of [`Behaviour::HABITS`], in their order.
    pub habits: Vec<Vec<Outcome>>,
    /// By point of the map, the same as `by_pay`.
    pub map: Vec<Vec<Outcome>>,
    /// Questions of the simulation without an answer, with how often each was asked.
    pub unanswered: Vec<(Unanswered, u64)>,
    pub lint: lint::Report,
    /// Components with the codes of the errors that the search for flaws met.
    pub lint_failures: BTreeSet<(String, String)>,
}

/// A world to be played.
struct Job<'a> {
    parameters: &'a Parameters,
    seed: u64,
    behaviour: Behaviour,
}

impl Behaved {
    /// Plays the assumed worlds under a plan, and searches the plan for flaws.
    ///
    /// # Errors
    /// Where this host could not ask a component.
    pub fn under(
        plan: &Sandboxed,
        (code, name): (&str, &str),
        assumptions: &Assumptions,
    ) -> Result<Self, PolicyError> {
        let Assumptions { parameters, axes } = assumptions;
        let turned: Vec<Parameters> = axes
            .points()
            .into_iter()
            .map(|point| parameters.at(point))
            .collect();
        let seeds = || parameters.seeds.iter().copied();
        let of = |parameters, behaviour| {
            seeds().map(move |seed| Job {
                parameters,
                seed,
                behaviour,
            })
        };
        let jobs: Vec<Job<'_>> = of(parameters, Behaviour::ByPay)
            .chain(
                Behaviour::HABITS
                    .into_iter()
                    .flat_map(|habit| of(parameters, habit)),
            )
            .chain(
                turned
                    .iter()
                    // What is not turned is played already.
                    .filter(|turned| *turned != parameters)
                    .flat_map(|turned| of(turned, Behaviour::ByPay)),
            )
            .collect();
        let (outcomes, unanswered) = play(plan, &jobs)?;
        let mut rows = outcomes.chunks(parameters.seeds.len().max(1));
        let mut next = || rows.next().unwrap_or_default().to_vec();
        let by_pay = next();
        let habits = Behaviour::HABITS.map(|_| next()).to_vec();
        let map = turned
            .iter()
            .map(|turned| match turned == parameters {
                true => by_pay.clone(),
                false => next(),
            })
            .collect();
        let mut asked = plan.again();
        let brief = Brief::of(parameters, &plan.declares());
        let lint = lint::lint(&brief, |scenario| asked.paid_in(scenario))?;
        let failures = asked.unanswered().keys();
        let lint_failures = failures.map(|one| (one.component.clone(), one.code.clone()));
        Ok(Self {
            plan: code.to_owned(),
            name: name.to_owned(),
            by_pay,
            habits,
            map,
            unanswered: unanswered.into_iter().collect(),
            lint,
            lint_failures: lint_failures.collect(),
        })
    }
}

/// All plans of a trial under the same assumptions, what is in force first.
#[derive(Clone, Debug)]
pub struct Simulated {
    pub assumptions: Assumptions,
    pub plans: Vec<Behaved>,
    pub map: Map,
}

impl Simulated {
    /// Puts plans side by side that were played by these assumptions.
    pub fn new(assumptions: Assumptions, plans: Vec<Behaved>) -> Self {
        let points = assumptions.axes.points().len();
        let of_point = |point: usize| plans.iter().map(|plan| plan.map[point].clone()).collect();
        let outcomes: Vec<Vec<Vec<Outcome>>> = (0..points).map(of_point).collect();
        Self {
            map: Map::drawn(&assumptions.axes, &outcomes),
            assumptions,
            plans,
        }
    }

    /// What stays unworked under each plan.
    pub fn in_short(&self) -> Vec<UnworkedOf> {
        let plans = self.plans.iter();
        plans
            .map(|plan| {
                let estimates = Estimates::of(&plan.by_pay);
                UnworkedOf {
                    plan: plan.plan.clone(),
                    name: plan.name.clone(),
                    unworked: estimates.unworked.mean,
                    unworked_with_hours: estimates.unworked_with_hours.mean,
                }
            })
            .collect()
    }
}

/// What would stay unworked under a plan, in parts per million of the leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct UnworkedOf {
    pub plan: String,
    pub name: String,
    pub unworked: i64,
    /// Of these, those that nobody would have worked with more hours either.
    pub unworked_with_hours: i64,
}

impl fmt::Display for UnworkedOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} of the leads would stay unworked, {} with hours to spare",
            self.name,
            per_cent(self.unworked),
            per_cent(self.unworked_with_hours)
        )
    }
}

/// Parts per million as per cent, with one decimal.
pub fn per_cent(parts: i64) -> String {
    let tenths = (parts + 500).div_euclid(1_000);
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{} %", tenths.abs() / 10, tenths.abs() % 10)
}

/// Plays jobs on all processors; what comes of them does not depend on how many there are.
fn play(
    plan: &Sandboxed,
    jobs: &[Job<'_>],
) -> Result<(Vec<Outcome>, BTreeMap<Unanswered, u64>), PolicyError> {
    let next = AtomicUsize::new(0);
    let played: Mutex<Vec<(usize, Result<Outcome, PolicyError>)>> = Mutex::default();
    let unanswered: Mutex<BTreeMap<Unanswered, u64>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                let mut plan = plan.again();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else {
                        break;
                    };
                    let world = World::drawn(job.parameters, job.seed);
                    let outcomes = run(job.parameters, &world, job.behaviour, &mut plan);
                    let outcome = outcomes.map(|outcomes| outcomes.into_iter().sum());
                    let mut played = played.lock().unwrap_or_else(PoisonError::into_inner);
                    played.push((index, outcome));
                }
                let mut all = unanswered.lock().unwrap_or_else(PoisonError::into_inner);
                for (one, count) in plan.unanswered() {
                    *all.entry(one.clone()).or_default() += count;
                }
            });
        }
    });
    let mut played = played.into_inner().unwrap_or_else(PoisonError::into_inner);
    played.sort_by_key(|(index, _)| *index);
    let outcomes = played
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect::<Result<_, _>>()?;
    let unanswered = unanswered.into_inner();
    let unanswered = unanswered.unwrap_or_else(PoisonError::into_inner);
    Ok((outcomes, unanswered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_tenths_on_both_sides_of_nothing() {
        let said = [76_499, 76_500, 0, -400, -338_000].map(per_cent);
        assert_eq!(said, ["7.6 %", "7.7 %", "0.0 %", "0.0 %", "-33.8 %"]);
    }
}
