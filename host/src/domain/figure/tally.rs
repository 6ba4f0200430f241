//! Amounts by their instants, summed over any window without walking it.

use serde::{Deserialize, Serialize};

use super::Window;
use crate::domain::time::Micros;

/// Additions that may wait before they are put in order, beside a share of what
/// is in order already.
const FRESH_MIN: usize = 64;
const SHARE_OF_ORDERED: usize = 16;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Ascending instants, each with the sum of all amounts up to and with it.
    /// Sums wrap around, so that the difference of two is right whatever they
    /// are.
    ordered: Vec<(i64, i64)>,
    /// What came with an earlier instant than the last one in order.
    fresh: Vec<(i64, i64)>,
}

impl Tally {
    pub fn add(&mut self, at: Micros, amount: i64) {
        match self.ordered.last_mut() {
            Some((last, sum)) if *last == at.0 => *sum = sum.wrapping_add(amount),
            Some((last, sum)) if *last < at.0 => {
                let sum = sum.wrapping_add(amount);
                self.ordered.push((at.0, sum));
            }
            None => self.ordered.push((at.0, amount)),
            Some(_) => {
                self.fresh.push((at.0, amount));
                if self.fresh.len() > FRESH_MIN + self.ordered.len() / SHARE_OF_ORDERED {
                    self.put_in_order();
                }
            }
        }
    }

    /// The sum of the amounts in a window.
    pub fn sum(&self, window: Window) -> i64 {
        let before = |instant: Micros| {
            let ordered = self.ordered.partition_point(|(at, _)| *at < instant.0);
            match ordered {
                0 => 0,
                count => self.ordered[count - 1].1,
            }
        };
        self.fresh
            .iter()
            .filter(|(at, _)| window.holds(Micros(*at)))
            .fold(
                before(window.until).wrapping_sub(before(window.from)),
                |sum, (_, amount)| sum.wrapping_add(*amount),
            )
    }

    fn put_in_order(&mut self) {
        let mut before = 0_i64;
        let mut amounts = std::mem::take(&mut self.ordered);
        for (_, sum) in &mut amounts {
            let amount = sum.wrapping_sub(before);
            before = *sum;
            *sum = amount;
        }
        amounts.append(&mut self.fresh);
        amounts.sort_unstable_by_key(|(at, _)| *at);
        let mut sum = 0_i64;
        for (at, amount) in amounts {
            sum = sum.wrapping_add(amount);
            match self.ordered.last_mut() {
                Some(last) if last.0 == at => last.1 = sum,
                _ => self.ordered.push((at, sum)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_window_holds_what_happened_in_it(
            happened in prop::collection::vec((-50_i64..50, -9_i64..9), 0..400),
            from in -60_i64..60,
            span in 0_i64..120,
        ) {
            let window = Window { from: Micros(from), until: Micros(from + span) };
            let mut tally = Tally::default();
            let mut expected = 0;
            for (at, amount) in happened {
                tally.add(Micros(at), amount);
                if window.holds(Micros(at)) {
                    expected += amount;
                }
                prop_assert_eq!(tally.sum(window), expected);
            }
        }
    }
}
