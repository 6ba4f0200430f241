//! The small periods that a plan is asked about.

use std::collections::BTreeMap;

use super::scenario::{Case, Deed, Scenario};
use super::{Brief, Range};
use crate::domain::event::EventCode;

/// Values of deals, in minor units.
pub(super) const VALUES: [i64; 5] = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

impl Brief {
    /// A period with measures that are neither good nor bad.
    pub(super) fn scenario(&self, leads: Vec<Case>) -> Scenario {
        let middle = self.measures.iter().map(|range| {
            let value = (range.worst + range.best) / 2;
            (range.name.clone(), value)
        });
        Scenario {
            leads,
            measures: middle.collect(),
        }
    }

    /// Periods with that lead and others, the smallest first.
    pub(super) fn around(&self, first: Case) -> Vec<Scenario> {
        let won = || Case::with([Deed::won(1_000_000)]);
        let others = [
            vec![],
            vec![won()],
            vec![left_unworked()],
            vec![won(), left_unworked()],
            vec![won(), won(), won(), Case::with([]), Case::with([])],
        ];
        others
            .into_iter()
            .map(|others| {
                let leads = std::iter::once(first.clone()).chain(others).collect();
                self.scenario(leads)
            })
            .collect()
    }

    /// All sorts of periods, with good and with bad measures.
    pub(super) fn scenarios(&self) -> Vec<Scenario> {
        let late = |deed| Case {
            in_time: false,
            deeds: vec![deed],
        };
        let mut firsts = vec![
            Case::with([]),
            left_unworked(),
            Case::with([Deed::of(EventCode::DataComplete)]),
            late(Deed::of(EventCode::DataComplete)),
            Case::with([Deed::of(EventCode::CareContact)]),
            late(Deed::of(EventCode::CareContact)),
            Case::with([Deed::of(EventCode::CareContact), Deed::won(1_000_000)]),
        ];
        firsts.extend(VALUES.map(|value| Case::with([Deed::won(value)])));
        let mut scenarios = Vec::new();
        for first in firsts {
            for middle in self.around(first) {
                scenarios.push(middle.clone());
                for measures in [
                    self.measured(|range| range.worst),
                    self.measured(|range| range.best),
                ] {
                    if measures != middle.measures {
                        scenarios.push(Scenario {
                            measures,
                            ..middle.clone()
                        });
                    }
                }
            }
        }
        scenarios
    }

    fn measured(&self, value: fn(&Range) -> i64) -> BTreeMap<String, i64> {
        let measures = self.measures.iter();
        measures
            .map(|range| (range.name.clone(), value(range)))
            .collect()
    }
}

/// A lead that was left until its time was over.
pub(super) fn left_unworked() -> Case {
    Case::with([Deed::of(EventCode::Unworked)])
}

/// From 0 by 1, 2, 5, 10 … up to a hundred million, in minor units.
pub(super) fn steps_of_value() -> impl Iterator<Item = (i64, i64)> {
    let points = (0..=10).flat_map(|power| [1, 2, 5].map(|first| first * 10_i64.pow(power)));
    let points: Vec<i64> = std::iter::once(0).chain(points).collect();
    (1..points.len()).map(move |end| (points[end - 1], points[end]))
}
