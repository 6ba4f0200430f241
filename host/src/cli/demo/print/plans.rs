//! Other plans of pay over what was played, and what people would do under them.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::numbers::euros;
use super::{Table, head, heading};
use crate::cli::trial::Tried;
use crate::demo::plans::{CARE_FIRST, COMMISSION};
use crate::domain::lint::{Change, Finding, Flaw, Reported};
use crate::domain::money;
use crate::trial::behaviour::{Simulated, per_cent};
use crate::trial::compare::PlanSums;

/// Parts per million in one per cent.
const PER_CENT: i64 = 10_000;
/// Decimals of the play's currency.
const CENTS: u32 = 2;

/// Plans side by side.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plans {
    /// What is in force first.
    plans: Vec<Line>,
    /// Care first beside pure commission.
    care_first: Option<Beside>,
    report: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line {
    plan: String,
    name: String,
    /// For what has happened, in minor units.
    paid: i64,
    difference: i64,
    /// Of the simulated leads, in parts per million.
    unworked: i64,
    unworked_with_hours: i64,
    /// What the contract asks for and the plan pays nothing for.
    unpaid: Vec<Unpaid>,
}

#[derive(Serialize)]
struct Unpaid {
    event: &'static str,
    /// What it costs whoever does it, in minor units.
    cost: i64,
}

/// How a plan compares with another in what stays unworked, at other hours a week and
/// other costs of an hour.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Beside {
    /// Where both were tried.
    places: usize,
    /// Hours and costs, in parts per million, at which more stays unworked.
    raised: Vec<(i64, i64)>,
    /// Those at which the other leaves more than 10 %, and this one no less.
    not_lowered: Vec<(i64, i64)>,
}

impl Plans {
    pub fn of(tried: &Tried) -> Self {
        let simulated = tried.simulated.as_ref();
        let played = simulated.map_or_else(Vec::new, Simulated::in_short);
        let line = |(position, plan): (usize, &PlanSums)| {
            let played = played.get(position);
            let behaved = simulated.and_then(|simulated| simulated.plans.get(position));
            let findings = behaved.map_or(&[][..], |behaved| &behaved.lint.findings);
            Line {
                plan: plan.plan.clone(),
                name: plan.name.clone(),
                paid: plan.total,
                difference: plan.difference,
                unworked: played.map_or(0, |one| one.unworked),
                unworked_with_hours: played.map_or(0, |one| one.unworked_with_hours),
                unpaid: findings.iter().filter_map(Unpaid::of).collect(),
            }
        };
        let plans = tried.comparison.plans.iter().enumerate();
        Self {
            plans: plans.map(line).collect(),
            care_first: simulated.and_then(Beside::of),
            report: tried.report.clone(),
        }
    }
}

impl Unpaid {
    fn of(finding: &Finding) -> Option<Self> {
        match (finding.flaw, &finding.change, finding.cost) {
            (Flaw::Unpaid, Change::Reported(Reported(event)), Some(cost)) => Some(Self {
                event: event.as_str(),
                cost,
            }),
            _ => None,
        }
    }
}

impl Beside {
    fn of(simulated: &Simulated) -> Option<Self> {
        let position = |code: &str| simulated.plans.iter().position(|plan| plan.plan == code);
        let map = &simulated.map;
        let compared = map.unworked_of(position(CARE_FIRST)?, position(COMMISSION)?);
        // What people do does not depend on the margin: each place counts once.
        let places = |cells: &mut dyn Iterator<Item = usize>| {
            let mut places: Vec<(i64, i64)> = cells
                .map(|cell| map.cells[cell].point)
                .map(|point| (point.budget, point.cost))
                .collect();
            places.dedup();
            places
        };
        Some(Self {
            places: places(&mut (0..map.cells.len())).len(),
            raised: places(&mut compared.raised.into_iter()),
            not_lowered: places(&mut compared.not_lowered.into_iter()),
        })
    }
}

pub fn write(f: &mut fmt::Formatter<'_>, compared: &Plans) -> fmt::Result {
    heading(
        f,
        "OTHER PLANS OF PAY, in EUR: what they would have paid, and what people would do by them",
    )?;
    let mut rows = head(["", "paid", "difference", "unworked", "with hours to spare"]);
    for (position, plan) in compared.plans.iter().enumerate() {
        rows.push(vec![
            plan.name.clone(),
            euros(plan.paid),
            match position {
                0 => String::new(),
                _ => euros(plan.difference),
            },
            per_cent(plan.unworked),
            per_cent(plan.unworked_with_hours),
        ]);
    }
    let left = &[0];
    writeln!(f, "{}", Table { left, rows })?;
    writeln!(
        f,
        "  Paid: for what happened in these four weeks. Unworked: the part of the leads that nobody would\n  \
         work by that plan, and the part of them with hours to spare. That is simulated, in an assumed\n  \
         world that is tuned to no plan; simulation.toml beside the report says what is assumed."
    )?;
    writeln!(
        f,
        "\n  Why with hours to spare: to work these leads costs more than it pays, so no budget of hours\n  \
         explains them. What the contract asks for and a plan does not pay at all:\n"
    )?;
    let rows = compared.plans.iter().map(|plan| {
        let unpaid = match plan.unpaid.is_empty() {
            true => "–".to_owned(),
            false => said_of(&plan.unpaid),
        };
        vec![plan.name.clone(), unpaid]
    });
    let (left, rows) = (&[0, 1], rows.collect());
    writeln!(f, "{}", Table { left, rows })?;
    if let Some(beside) = &compared.care_first {
        beside.write(f)?;
    }
    writeln!(f, "  report: {}", compared.report.display())
}

fn said_of(unpaid: &[Unpaid]) -> String {
    let said = |one: &Unpaid| format!("{}, {} of work", one.event, money::display(one.cost, CENTS));
    unpaid.iter().map(said).collect::<Vec<_>>().join("; ")
}

impl Beside {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  Care first beside pure commission, at {} pairs of hours a week and cost an hour, in relation to\n  \
             the assumed:\n",
            self.places
        )?;
        let row = |what: &str, places| vec![what.to_owned(), said_at(places)];
        let rows = vec![
            row("more stays unworked", &self.raised),
            row(
                "no less does, where that leaves more than 10 %",
                &self.not_lowered,
            ),
        ];
        let left = &[0, 1];
        writeln!(f, "{}", Table { left, rows })
    }
}

fn said_at(places: &[(i64, i64)]) -> String {
    let said: Vec<String> = places
        .iter()
        .map(|(hours, cost)| format!("{} % and {} %", hours / PER_CENT, cost / PER_CENT))
        .collect();
    match said.is_empty() {
        true => "at none".to_owned(),
        false => format!("at {}", said.join(", ")),
    }
}
