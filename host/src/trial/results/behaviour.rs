//! What came of every simulated run.

use serde::Serialize;

use super::{File, table};
use crate::domain::generation::WHOLE;
use crate::domain::simulation::map::Point;
use crate::domain::simulation::{self, Behaviour};
use crate::trial::behaviour::{Behaved, Simulated};
use crate::trial::sandboxed;

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
/// Questions that a component did not answer; a value is in minor units.
const UNANSWERED: [&str; 6] = ["plan", "component", "code", "event", "value", "count"];
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

/// A question without an answer.
#[derive(Serialize)]
struct Unanswered<'a> {
    plan: &'a str,
    #[serde(flatten)]
    asked: &'a sandboxed::Unanswered,
    count: u64,
}

/// The files of a simulation.
pub(super) fn files(simulated: &Simulated) -> Result<Vec<File>, serde_json::Error> {
    let plans = || simulated.plans.iter();
    let tables = [
        table(
            "behaviour",
            &COLUMNS,
            plans().flat_map(|plan| all(simulated, plan)),
        )?,
        table("unanswered", &UNANSWERED, plans().flat_map(unanswered))?,
    ];
    Ok(tables.into_iter().flatten().collect())
}

fn unanswered(plan: &Behaved) -> impl Iterator<Item = Unanswered<'_>> {
    let unanswered = plan.unanswered.iter();
    unanswered.map(|(asked, count)| Unanswered {
        plan: &plan.plan,
        asked,
        count: *count,
    })
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
