//! Variants side by side: what each would have paid, to whom, and for which leads
//! it pays otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ledger::Outcome;

/// Leads whose pay differs most that are named of a plan.
pub const FLIPS_NAMED: usize = 50;

/// All variants of a trial against what is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    pub plans: Vec<PlanSums>,
}

/// One variant; what it pays is money in minor units.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlanSums {
    pub plan: String,
    pub name: String,
    pub total: i64,
    /// More than what is in force.
    pub difference: i64,
    pub components: Vec<Sum>,
    pub periods: Vec<Sum>,
    pub partners: Vec<Sum>,
    /// Of units other than money, by component, account and unit.
    pub others: Vec<Sum>,
    /// Leads for which somebody is paid otherwise, all of them.
    pub leads_paid_otherwise: u64,
    /// Those whose pay differs most.
    pub flips: Vec<Flip>,
}

/// What something comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sum {
    pub of: String,
    pub amount: i64,
    /// More than by what is in force.
    pub difference: i64,
}

/// A lead that pays a partner otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Flip {
    pub lead: String,
    pub partner: String,
    pub in_force: i64,
    pub plan: i64,
}

/// Compares every variant with the first one.
pub fn compare(outcomes: &[Outcome]) -> Comparison {
    let plans = outcomes.iter().map(|outcome| of(outcome, &outcomes[0]));
    Comparison {
        plans: plans.collect(),
    }
}

fn of(outcome: &Outcome, in_force: &Outcome) -> PlanSums {
    let total = total(outcome);
    let (leads_paid_otherwise, flips) = flips(outcome, in_force);
    let due = |key: fn(&super::ledger::Paid) -> String| {
        let sums = |outcome: &Outcome| {
            let due = outcome.paid.iter().filter(|paid| paid.is_due_money());
            added_up(due.map(|paid| (key(paid), paid.amount)))
        };
        side_by_side(&sums(outcome), &sums(in_force))
    };
    let others = |outcome: &Outcome| {
        let others = outcome.paid.iter();
        added_up(
            others
                .filter(|paid| paid.kind.is_due() && paid.unit != "money")
                .map(|paid| {
                    let of = format!("{}/{} ({})", paid.component, paid.account, paid.unit);
                    (of, paid.amount)
                }),
        )
    };
    PlanSums {
        plan: outcome.plan.clone(),
        name: outcome.name.clone(),
        total,
        difference: total.saturating_sub(self::total(in_force)),
        components: due(|paid| paid.component.clone()),
        periods: due(|paid| paid.period.clone()),
        partners: due(|paid| paid.partner.clone()),
        others: side_by_side(&others(outcome), &others(in_force)),
        leads_paid_otherwise,
        flips,
    }
}

fn total(outcome: &Outcome) -> i64 {
    let due = outcome.paid.iter().filter(|paid| paid.is_due_money());
    due.fold(0, |sum, paid| sum.saturating_add(paid.amount))
}

fn added_up(parts: impl Iterator<Item = (String, i64)>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for (of, amount) in parts {
        let sum: &mut i64 = sums.entry(of).or_default();
        *sum = sum.saturating_add(amount);
    }
    sums
}

fn side_by_side(these: &BTreeMap<String, i64>, others: &BTreeMap<String, i64>) -> Vec<Sum> {
    let all: BTreeSet<&String> = these.keys().chain(others.keys()).collect();
    all.into_iter()
        .map(|of| {
            let amount = these.get(of).copied().unwrap_or(0);
            let other = others.get(of).copied().unwrap_or(0);
            Sum {
                of: of.clone(),
                amount,
                difference: amount.saturating_sub(other),
            }
        })
        .collect()
}

/// How many leads pay otherwise, and those that do so most.
fn flips(outcome: &Outcome, in_force: &Outcome) -> (u64, Vec<Flip>) {
    let mut both: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for paid in &in_force.leads {
        both.entry((&paid.lead, &paid.partner)).or_default().0 = paid.amount;
    }
    for paid in &outcome.leads {
        both.entry((&paid.lead, &paid.partner)).or_default().1 = paid.amount;
    }
    let mut flips: Vec<Flip> = both
        .into_iter()
        .filter(|(_, (before, now))| before != now)
        .map(|((lead, partner), (in_force, plan))| Flip {
            lead: lead.to_owned(),
            partner: partner.to_owned(),
            in_force,
            plan,
        })
        .collect();
    let leads: BTreeSet<&str> = flips.iter().map(|flip| flip.lead.as_str()).collect();
    let count = leads.len() as u64;
    // The order among equals is that of the leads' numbers.
    flips.sort_by_key(|flip| std::cmp::Reverse(flip.plan.abs_diff(flip.in_force)));
    flips.truncate(FLIPS_NAMED);
    (count, flips)
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{LeadPaid, Paid};
    use super::*;
    use crate::domain::account::AccountKind;

    fn outcome(plan: &str, amounts: &[(&str, AccountKind, i64)]) -> Outcome {
        let paid = amounts.iter().map(|(partner, kind, amount)| Paid {
            period: "2026-01".to_owned(),
            partner: (*partner).to_owned(),
            component: "commission".to_owned(),
            account: "commission".to_owned(),
            kind: *kind,
            unit: "money".to_owned(),
            amount: *amount,
            postings: 1,
        });
        let leads = amounts.iter().map(|(partner, _, amount)| LeadPaid {
            lead: format!("H-{partner}"),
            partner: (*partner).to_owned(),
            amount: *amount,
        });
        Outcome {
            plan: plan.to_owned(),
            name: plan.to_owned(),
            policies: Vec::new(),
            files: Vec::new(),
            periods: Vec::new(),
            failures: Vec::new(),
            lacking: Vec::new(),
            paid: paid.collect(),
            leads: leads.collect(),
            routing: Default::default(),
        }
    }

    #[test]
    fn what_differs_is_named_with_the_largest_first() {
        let in_force = outcome(
            "in-force",
            &[
                ("a", AccountKind::Earning, 100),
                ("b", AccountKind::Earning, 50),
            ],
        );
        let other = outcome(
            "other",
            &[
                ("b", AccountKind::Earning, 90),
                ("c", AccountKind::Earning, 10),
            ],
        );
        let compared = compare(&[in_force, other]);
        let plan = &compared.plans[1];
        assert_eq!((plan.total, plan.difference), (100, -50));
        let partners: Vec<(&str, i64)> = plan
            .partners
            .iter()
            .map(|sum| (sum.of.as_str(), sum.difference))
            .collect();
        assert_eq!(partners, [("a", -100), ("b", 40), ("c", 10)]);
        let flips: Vec<&str> = plan.flips.iter().map(|flip| flip.lead.as_str()).collect();
        assert_eq!(flips, ["H-a", "H-b", "H-c"]);
        assert_eq!(plan.leads_paid_otherwise, 3);
    }

    #[test]
    fn what_a_plan_only_remembers_is_due_to_nobody() {
        let in_force = outcome("in-force", &[("a", AccountKind::Base, 100)]);
        assert_eq!(compare(&[in_force]).plans[0].total, 0);
    }
}
