//! What came of every simulated run.

use serde::Serialize;

use super::{File, table};
use crate::domain::generation::WHOLE;
use crate::domain::simulation::map::Point;
use crate::domain::simulation::{self, Behaviour};
use crate::trial::behaviour::{Behaved, Simulated};

/// Money is in minor units, hours are thousandths.
const COLUMNS: [&str; 18] = [
    "plan",
    "behaviour",
    "seed",
    "budget-percent",
    "cost-percent",
    "leads",
    "unworked",
    "unworked-with-hours",
    "hours",
    "cost",
    "payout",
    "deals",
    "sales",
    "project-margin",
    "cared-for",
    "data-complete",
    "customers-stayed",
    "customer-value",
];
/// Parts per million in one per cent.
const PER_CENT: i64 = 10_000;

/// What came of one seed, somewhere on the map.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Played<'a> {
    plan: &'a str,
    behaviour: &'a str,
    seed: u64,
    /// Of what is assumed.
    budget_percent: i64,
    cost_percent: i64,
    #[serde(flatten)]
    outcome: simulation::Outcome,
}

/// The files of a simulation.
pub(super) fn files(simulated: &Simulated) -> Result<[File; 2], serde_json::Error> {
    let plans = simulated.plans.iter();
    table(
        "behaviour",
        &COLUMNS,
        plans.flat_map(|plan| all(simulated, plan)),
    )
}

/// Every run of a plan: as assumed by what is paid and by habit, then the map.
fn all<'a>(simulated: &'a Simulated, plan: &'a Behaved) -> impl Iterator<Item = Played<'a>> {
    let here = Point {
        budget: WHOLE,
        cost: WHOLE,
    };
    let seeds = &simulated.assumptions.parameters.seeds;
    let of = move |point: Point, behaviour: Behaviour, outcomes: &'a [simulation::Outcome]| {
        let played = move |(seed, outcome): (&u64, &simulation::Outcome)| Played {
            plan: &plan.plan,
            behaviour: behaviour.as_str(),
            seed: *seed,
            budget_percent: point.budget / PER_CENT,
            cost_percent: point.cost / PER_CENT,
            outcome: *outcome,
        };
        seeds.iter().zip(outcomes).map(played)
    };
    let habits = Behaviour::HABITS.into_iter().zip(&plan.habits);
    let points = simulated.assumptions.axes.points().into_iter();
    of(here, Behaviour::ByPay, &plan.by_pay)
        .chain(habits.flat_map(move |(habit, outcomes)| of(here, habit, outcomes)))
        .chain(
            points
                .zip(&plan.map)
                .flat_map(move |(point, outcomes)| of(point, Behaviour::ByPay, outcomes)),
        )
}
