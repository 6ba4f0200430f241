//! Variants side by side: what each would have paid, to whom, and for which leads
//! it pays otherwise.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::lacking::{self, Bounds, Range};
use super::ledger::{LeadPaid, Outcome};
use super::lines;
use super::setup::WasPaid;

/// Leads whose pay differs most that are named of a plan.
pub const FLIPS_NAMED: usize = 50;

/// All variants of a trial against what is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    pub plans: Vec<PlanSums>,
    /// Each plan against what was really paid, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub against_paid: Vec<AgainstPaid>,
}

/// A plan against what was really paid, in minor units.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AgainstPaid {
    pub plan: String,
    pub name: String,
    pub was_paid: i64,
    /// More than that.
    pub difference: i64,
    /// With what each differs by.
    pub components: Vec<Sum>,
    pub leads_paid_otherwise: u64,
    /// Those whose pay differs most; `in-force` is what was paid.
    pub flips: Vec<Flip>,
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
    /// Questions of history without an answer: what they would have come to is in no sum.
    pub unanswered: u64,
    /// Between what its pay lies, where history does not tell all that it goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
    /// Between what the difference to what is in force lies then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_bounds: Option<Range>,
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

/// Compares every variant with the first one, and with what was really paid, where that is
/// known.
///
/// # Errors
/// Where what they pay for leads cannot be read.
pub fn compare(outcomes: &[Outcome], paid: Option<&WasPaid>) -> Result<Comparison, lines::Error> {
    let plans = outcomes.iter().enumerate().map(|(place, outcome)| {
        let in_force = &outcomes[0];
        let flips = match place {
            0 => Flips::default(),
            _ => flips(lines::read(&in_force.leads)?, lines::read(&outcome.leads)?)?,
        };
        Ok(of(outcome, in_force, flips))
    });
    let plans = plans.collect::<Result<_, _>>()?;
    let against = |paid| outcomes.iter().map(move |outcome| against(outcome, paid));
    let against_paid = paid.into_iter().flat_map(against);
    Ok(Comparison {
        plans,
        against_paid: against_paid.collect::<Result<_, _>>()?,
    })
}

fn against(outcome: &Outcome, paid: &WasPaid) -> Result<AgainstPaid, lines::Error> {
    let due = outcome.paid.iter().filter(|paid| paid.is_due_money());
    let components = added_up(due.map(|paid| (paid.component.clone(), paid.amount)));
    let was_paid: i64 = paid.components.values().sum();
    let flips = flips(lines::read(&paid.leads)?, lines::read(&outcome.leads)?)?;
    Ok(AgainstPaid {
        plan: outcome.plan.clone(),
        name: outcome.name.clone(),
        was_paid,
        difference: total(outcome).saturating_sub(was_paid),
        components: side_by_side(&components, &paid.components),
        leads_paid_otherwise: flips.leads,
        flips: flips.most,
    })
}

fn of(outcome: &Outcome, in_force: &Outcome, flips: Flips) -> PlanSums {
    let total = total(outcome);
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
        leads_paid_otherwise: flips.leads,
        flips: flips.most,
        unanswered: outcome.unanswered(),
        bounds: outcome.bounds.clone(),
        difference_bounds: match outcome.plan == in_force.plan {
            true => None,
            false => lacking::difference(
                (total, outcome.bounds.as_ref()),
                (self::total(in_force), in_force.bounds.as_ref()),
            ),
        },
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

/// Where a plan pays otherwise for leads.
#[derive(Debug, Default, PartialEq)]
struct Flips {
    /// How many leads pay somebody otherwise.
    leads: u64,
    /// Those that do so most; among equals in the order of the leads' numbers.
    most: Vec<Flip>,
    last: Option<String>,
}

impl Flips {
    fn add(&mut self, flip: Flip) {
        if self.last.as_ref() != Some(&flip.lead) {
            self.last = Some(flip.lead.clone());
            self.leads += 1;
        }
        self.most.push(flip);
        if self.most.len() >= 2 * FLIPS_NAMED {
            self.keep_most();
        }
    }

    /// What comes later never stands before an equal one: the sort is stable.
    fn keep_most(&mut self) {
        let most = &mut self.most;
        most.sort_by_key(|flip| std::cmp::Reverse(flip.plan.abs_diff(flip.in_force)));
        most.truncate(FLIPS_NAMED);
    }
}

/// Goes through both in their common order; whom one of them does not name it pays nothing.
fn flips<E>(
    in_force: impl Iterator<Item = Result<LeadPaid, E>>,
    plan: impl Iterator<Item = Result<LeadPaid, E>>,
) -> Result<Flips, E> {
    let (mut in_force, mut plan) = (in_force.peekable(), plan.peekable());
    let mut flips = Flips::default();
    loop {
        let order = match (in_force.peek(), plan.peek()) {
            (None, None) => break,
            (Some(Ok(before)), Some(Ok(now))) => before.key().cmp(&now.key()),
            // An error is taken before what else there is.
            (Some(Err(_)), _) | (Some(_), None) => Ordering::Less,
            (None, Some(_)) | (Some(_), Some(Err(_))) => Ordering::Greater,
        };
        let before = in_force.next_if(|_| order.is_le()).transpose()?;
        let now = plan.next_if(|_| order.is_ge()).transpose()?;
        let amount = |paid: &Option<LeadPaid>| paid.as_ref().map_or(0, |paid| paid.amount);
        let (paid, plans) = (amount(&before), amount(&now));
        if let Some(LeadPaid { lead, partner, .. }) = before.or(now)
            && paid != plans
        {
            flips.add(Flip {
                lead,
                partner,
                in_force: paid,
                plan: plans,
            });
        }
    }
    flips.keep_most();
    Ok(flips)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::super::ledger::Paid;
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
        Outcome {
            plan: plan.to_owned(),
            name: plan.to_owned(),
            policies: Vec::new(),
            files: Vec::new(),
            periods: Vec::new(),
            failures: Vec::new(),
            gone_by: Vec::new(),
            unread: Vec::new(),
            lacking: Vec::new(),
            bounds: None,
            paid: paid.collect(),
            leads: Default::default(),
            postings: Default::default(),
            routing: Default::default(),
        }
    }

    #[test]
    fn what_differs_is_said_of_each_that_is_paid() {
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
        let plan = of(&other, &in_force, Flips::default());
        assert_eq!((plan.total, plan.difference), (100, -50));
        let partners: Vec<(&str, i64)> = plan
            .partners
            .iter()
            .map(|sum| (sum.of.as_str(), sum.difference))
            .collect();
        assert_eq!(partners, [("a", -100), ("b", 40), ("c", 10)]);
    }

    #[test]
    fn what_a_plan_only_remembers_is_due_to_nobody() {
        let in_force = outcome("in-force", &[("a", AccountKind::Base, 100)]);
        assert_eq!(of(&in_force, &in_force, Flips::default()).total, 0);
    }

    /// By lead and partner.
    type PaidFor = BTreeMap<(String, String), i64>;

    fn lines(paid: &PaidFor) -> impl Iterator<Item = Result<LeadPaid, Infallible>> {
        paid.iter().map(|((lead, partner), amount)| {
            Ok(LeadPaid {
                lead: lead.clone(),
                partner: partner.clone(),
                amount: *amount,
            })
        })
    }

    fn paid_for() -> impl Strategy<Value = PaidFor> {
        proptest::collection::btree_map(("[0-9]{1,2}", "[ab]"), -3_i64..4, 0..150)
    }

    proptest! {
        #[test]
        fn the_leads_that_pay_otherwise_are_named_with_the_largest_first(
            before in paid_for(),
            now in paid_for(),
        ) {
            let amount = |of: &PaidFor, key| of.get(key).copied().unwrap_or(0);
            let keys: BTreeSet<_> = before.keys().chain(now.keys()).collect();
            let mut expected: Vec<Flip> = keys
                .into_iter()
                .map(|key| Flip {
                    lead: key.0.clone(),
                    partner: key.1.clone(),
                    in_force: amount(&before, key),
                    plan: amount(&now, key),
                })
                .filter(|flip| flip.in_force != flip.plan)
                .collect();
            let leads: BTreeSet<String> = expected.iter().map(|flip| flip.lead.clone()).collect();
            expected.sort_by_key(|flip| std::cmp::Reverse(flip.plan.abs_diff(flip.in_force)));
            expected.truncate(FLIPS_NAMED);
            let Ok(flips) = flips(lines(&before), lines(&now));
            prop_assert_eq!(flips.leads, leads.len() as u64);
            prop_assert_eq!(flips.most, expected);
        }
    }
}
