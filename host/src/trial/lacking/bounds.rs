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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bounds {
    /// What history does not tell.
    pub inputs: Vec<Input>,
    pub total: Range,
    /// By code.
    pub partners: BTreeMap<String, Range>,
    /// What every play comes to.
    #[serde(skip)]
    worlds: Vec<World>,
}

/// What a plan pays where what history does not tell is so or so.
#[derive(Clone, Debug, PartialEq)]
struct World {
    corner: BTreeMap<Input, Assumption>,
    total: i64,
}

impl World {
    /// Whether both may be the same world: nothing is otherwise in one than in the other.
    fn is_of(&self, other: &Self) -> bool {
        self.corner.iter().all(|(input, assumption)| {
            let theirs = other.corner.get(input);
            theirs.is_none_or(|theirs| theirs == assumption)
        })
    }
}

/// By how much one plan pays more than another one, whatever history does not tell: both are
/// held against each other in the same world. None where history tells all.
pub fn difference(plan: (i64, Option<&Bounds>), other: (i64, Option<&Bounds>)) -> Option<Range> {
    if plan.1.is_none() && other.1.is_none() {
        return None;
    }
    let worlds = |(total, bounds): (i64, Option<&Bounds>)| match bounds {
        Some(bounds) => bounds.worlds.clone(),
        None => vec![World {
            corner: BTreeMap::new(),
            total,
        }],
    };
    let others = worlds(other);
    let plans = worlds(plan);
    let differences = plans.iter().flat_map(|world| {
        let same = others.iter().filter(|other| world.is_of(other));
        same.map(|other| world.total.saturating_sub(other.total))
    });
    Some(Range::of(differences))
}

impl Bounds {
    /// The least and the most of what was paid in all plays of a plan: of history as it is, and
    /// in each corner of what it does not tell.
    pub fn of(
        inputs: &BTreeSet<Input>,
        history: &[Paid],
        corners: &[(BTreeMap<Input, Assumption>, Vec<Paid>)],
    ) -> Self {
        let nothing = inputs
            .iter()
            .map(|input| (input.clone(), Assumption::Nothing));
        let plays: Vec<(BTreeMap<Input, Assumption>, &[Paid])> = [(nothing.collect(), history)]
            .into_iter()
            .chain(
                corners
                    .iter()
                    .map(|(corner, paid)| (corner.clone(), paid.as_slice())),
            )
            .collect();
        let sums: Vec<BTreeMap<&str, i64>> =
            plays.iter().map(|(_, paid)| by_partner(paid)).collect();
        let partners: BTreeSet<&str> = sums.iter().flat_map(|sums| sums.keys().copied()).collect();
        let total = |sums: &BTreeMap<&str, i64>| {
            let amounts = sums.values();
            amounts.fold(0, |sum: i64, amount| sum.saturating_add(*amount))
        };
        Self {
            inputs: inputs.iter().cloned().collect(),
            total: Range::of(sums.iter().map(total)),
            worlds: plays
                .iter()
                .zip(&sums)
                .map(|((corner, _), sums)| World {
                    corner: corner.clone(),
                    total: total(sums),
                })
                .collect(),
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
        let of = inputs(&["event/a"]);
        let corner = corners(&of).remove(0);
        let bounds = Bounds::of(&of, &none, &[(corner, all.to_vec())]);
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

    #[test]
    fn plans_are_held_against_each_other_in_the_same_world() {
        // What each pays as history is, and then in each of its corners.
        let bounds = |names: &[&str], amounts: &[i64]| {
            let of = inputs(names);
            let paid = |amount| vec![paid("north", AccountKind::Earning, amount)];
            let plays: Vec<_> = corners(&of)
                .into_iter()
                .zip(amounts[1..].iter().map(|amount| paid(*amount)))
                .collect();
            Bounds::of(&of, &paid(amounts[0]), &plays)
        };
        let range = |low, high| Some(Range { low, high });
        let today = bounds(&["event/a"], &[100, 200]);
        let dearer = bounds(&["event/a"], &[110, 230]);
        // 110 in the one world is never held against 200 in the other one.
        let found = difference((110, Some(&dearer)), (100, Some(&today)));
        assert_eq!(found, range(10, 30));
        let found = difference((150, None), (100, Some(&today)));
        assert_eq!(found, range(-50, 50));
        let of_another = bounds(&["event/b"], &[0, 5]);
        let found = difference((0, Some(&of_another)), (100, Some(&today)));
        assert_eq!(found, range(-200, -95));
        assert_eq!(difference((150, None), (100, None)), None);
    }
}
