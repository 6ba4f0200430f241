//! How good a measure is.

use super::{Better, Criterion};

impl Criterion {
    /// g: 0 inside the corridor, linear outside it, up to 1 and -1.
    pub(super) fn quality(&self, value: f64) -> f64 {
        let corridor = self.corridor;
        // Turned so that more is better.
        let (value, low, high, best, worst) = match self.better {
            Better::Higher => (
                value,
                corridor.from,
                corridor.to,
                self.bonus_at,
                self.malus_at,
            ),
            Better::Lower => (
                -value,
                -corridor.to,
                -corridor.from,
                -self.bonus_at,
                -self.malus_at,
            ),
        };
        if value > high {
            ((value - high) / (best - high)).min(1.0)
        } else if value < low {
            -((low - value) / (low - worst)).min(1.0)
        } else {
            0.0
        }
    }

    /// weight * g, in whole parts per million of the base.
    pub(super) fn contribution(&self, value: f64) -> i64 {
        (self.quality(value) * self.weight as f64).round() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Config;

    #[test]
    fn a_measure_counts_outside_its_corridor_and_no_more_than_fully() {
        let [satisfaction, rework] = Config::default().criteria[..] else {
            panic!("two criteria");
        };
        let of = |values: [f64; 6], criterion: Criterion| {
            values.map(|value| criterion.contribution(value))
        };
        assert_eq!(
            of([1.0, 6.5, 7.5, 8.5, 9.0, 10.0], satisfaction),
            [-100_000, -50_000, 0, 0, 50_000, 100_000]
        );
        assert_eq!(
            of([1.0, 0.15, 0.1, 0.05, 0.025, 0.0], rework),
            [-150_000, -75_000, 0, 0, 75_000, 150_000]
        );
    }
}
