//! Between what a plan's pay lies, where history does not tell all that it goes by.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Assumption, Input};
use crate::import::WHOLE;
use crate::trial::ledger::Paid;

/// So many inputs of a plan may be open: with each the plays of history double.
pub const INPUTS_MAX: usize = 4;
/// Measures that nobody tells lie between these.
const MEASURES: [f64; 2] = [0.0, 1_000_000.0];

/// An amount lies between these, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Range {
    pub low: i64,
    pub high: i64,
}

/// Between what lies what a plan pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bounds {
    /// What history does not tell.
    pub inputs: Vec<Input>,
    pub total: Range,
    /// By code.
    pub partners: BTreeMap<String, Range>,
}

impl Bounds {
    /// The least and the most of what was paid in all plays of a plan.
    pub fn of(inputs: &BTreeSet<Input>, plays: &[&[Paid]]) -> Self {
        let sums: Vec<BTreeMap<&str, i64>> = plays.iter().map(|paid| by_partner(paid)).collect();
        let partners: BTreeSet<&str> = sums.iter().flat_map(|sums| sums.keys().copied()).collect();
        let total = |sums: &BTreeMap<&str, i64>| {
            let amounts = sums.values();
            amounts.fold(0, |sum: i64, amount| sum.saturating_add(*amount))
        };
        Self {
            inputs: inputs.iter().cloned().collect(),
            total: Range::of(sums.iter().map(total)),
            partners: partners
                .into_iter()
                .map(|partner| {
                    let amounts = sums.iter();
                    let amounts = amounts.map(|sums| sums.get(partner).copied().unwrap_or(0));
                    (partner.to_owned(), Range::of(amounts))
                })
                .collect(),
        }
    }
}

impl Range {
    fn of(amounts: impl Iterator<Item = i64>) -> Self {
        let amounts: Vec<i64> = amounts.collect();
        Self {
            low: amounts.iter().min().copied().unwrap_or(0),
            high: amounts.iter().max().copied().unwrap_or(0),
        }
    }
}

fn by_partner(paid: &[Paid]) -> BTreeMap<&str, i64> {
    let mut sums = BTreeMap::new();
    for paid in paid.iter().filter(|paid| paid.is_due_money()) {
        let sum: &mut i64 = sums.entry(paid.partner.as_str()).or_default();
        *sum = sum.saturating_add(paid.amount);
    }
    sums
}

/// Every combination of as little and as much of each as there may be, but for the one that
/// history itself is: none of all that it does not tell. A target has no bounds, as what is
/// wanted of somebody is a part of the plan.
pub fn corners(inputs: &BTreeSet<Input>) -> Vec<BTreeMap<Input, Assumption>> {
    let mut corners = vec![BTreeMap::new()];
    for input in inputs {
        let extremes = match input {
            Input::Event(_) => [
                Assumption::Nothing,
                Assumption::Event {
                    share: WHOLE,
                    after_seconds: 0,
                },
            ],
            Input::Measure(_) => MEASURES.map(Assumption::Value),
            Input::Target(_) => continue,
        };
        let with = |corner: BTreeMap<Input, Assumption>| {
            extremes.clone().map(|extreme| {
                let mut corner = corner.clone();
                corner.insert(input.clone(), extreme);
                corner
            })
        };
        corners = corners.into_iter().flat_map(with).collect();
    }
    let is_history = |corner: &BTreeMap<Input, Assumption>| {
        let mut assumptions = corner.values();
        assumptions.all(|assumption| *assumption == Assumption::Nothing)
    };
    corners.retain(|corner| !is_history(corner));
    corners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountKind;

    fn inputs(names: &[&str]) -> BTreeSet<Input> {
        let names = names.iter();
        names.filter_map(|name| Input::parse(name)).collect()
    }

    fn paid(partner: &str, kind: AccountKind, amount: i64) -> Paid {
        Paid {
            period: "2026-01".to_owned(),
            partner: partner.to_owned(),
            component: "care".to_owned(),
            account: "care".to_owned(),
            kind,
            unit: "money".to_owned(),
            amount,
            postings: 1,
        }
    }

    #[test]
    fn each_input_doubles_the_plays_but_for_history_itself() {
        assert!(corners(&inputs(&[])).is_empty());
        assert_eq!(corners(&inputs(&["event/a", "event/b"])).len(), 3);
        // A measure that nobody tells counts as agreed, which is neither of its extremes.
        assert_eq!(corners(&inputs(&["event/a", "measure/b"])).len(), 4);
        assert!(corners(&inputs(&["target/a"])).is_empty());
    }

    #[test]
    fn what_is_paid_lies_between_the_plays() {
        let none = [
            paid("north", AccountKind::Earning, 100),
            paid("north", AccountKind::Base, 7),
        ];
        let all = [
            paid("north", AccountKind::Earning, 60),
            paid("south", AccountKind::Malus, -30),
        ];
        let bounds = Bounds::of(&inputs(&["event/a"]), &[&none, &all]);
        let range = |low, high| Range { low, high };
        assert_eq!(bounds.total, range(30, 100));
        let partners: Vec<(&str, Range)> = bounds
            .partners
            .iter()
            .map(|(partner, of)| (partner.as_str(), *of))
            .collect();
        assert_eq!(
            partners,
            [("north", range(60, 100)), ("south", range(-30, 0))]
        );
    }
}
