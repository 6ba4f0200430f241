//! What plans of a trial come to, in lines.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::money;
use crate::trial::served::PlanTrialView;

/// A plan of a trial with what it would have paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sums {
    pub trial: String,
    pub plan: String,
    pub name: String,
    pub currency: String,
    /// Minor units.
    pub total: i64,
    /// More than what was in force.
    pub difference: i64,
    pub leads_paid_otherwise: u64,
    /// Questions of history without an answer.
    pub unanswered: u64,
    pub components: BTreeMap<String, i64>,
}

/// What is kept of a trial, as far as it is read here.
#[derive(Deserialize)]
struct Found {
    currency: String,
    plans: Vec<Plan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Plan {
    plan: String,
    name: String,
    total: i64,
    difference: i64,
    leads_paid_otherwise: u64,
    /// Trials of earlier versions have not counted them.
    #[serde(default)]
    unanswered: u64,
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    of: String,
    amount: i64,
}

impl Sums {
    /// Those of all plans; none of a trial that is not done.
    pub fn of(trial: &PlanTrialView) -> Vec<Self> {
        let found = trial.found.clone().map(serde_json::Value::Object);
        let found: Option<Found> = found.and_then(|found| serde_json::from_value(found).ok());
        let Some(Found { currency, plans }) = found else {
            return Vec::new();
        };
        let sums = plans.into_iter().map(|plan| Self {
            trial: trial.id.clone(),
            plan: plan.plan,
            name: plan.name,
            currency: currency.clone(),
            total: plan.total,
            difference: plan.difference,
            leads_paid_otherwise: plan.leads_paid_otherwise,
            unanswered: plan.unanswered,
            components: plan
                .components
                .into_iter()
                .map(|component| (component.of, component.amount))
                .collect(),
        });
        sums.collect()
    }
}

/// A line a plan, and below it one a component.
pub fn write(f: &mut fmt::Formatter<'_>, all: &[Sums]) -> fmt::Result {
    let width = all.iter().map(|sums| sums.name.chars().count()).max();
    let width = width.unwrap_or(0);
    for sums in all {
        let exponent = money::exponent(&sums.currency).unwrap_or(2);
        let amount = |minor| format!("{} {}", money::display(minor, exponent), sums.currency);
        write!(f, "{:width$}  {:>16}", sums.name, amount(sums.total))?;
        if sums.difference != 0 || sums.leads_paid_otherwise > 0 {
            let sign = if sums.difference > 0 { "+" } else { "" };
            write!(
                f,
                "  {sign}{}, {} leads paid otherwise",
                amount(sums.difference),
                sums.leads_paid_otherwise
            )?;
        }
        if sums.unanswered > 0 {
            write!(f, ", {} questions without an answer", sums.unanswered)?;
        }
        writeln!(f)?;
        for (component, sum) in &sums.components {
            writeln!(
                f,
                "  {component:<w$}  {:>16}",
                amount(*sum),
                w = width.max(2) - 2
            )?;
        }
    }
    Ok(())
}
