//! Weighted attainment: how far a partner's targets were reached in a period.

use stellwerk_plugin_sdk::prelude::*;

use super::tiers::slices;
use super::{ATTAINMENT, Actual, Attainment};

/// In parts per million.
const ALL: i64 = 1_000_000;
/// No target is reached more than a thousand times over.
const ATTAINED_MAX: f64 = 1_000_000_000.0;

/// Goals with the columns that tell of them.
pub struct Goals {
    config: Attainment,
    /// Of each goal: what was reached, and what was to be.
    columns: Vec<(Word, Word)>,
    attainment: Word,
}

impl Goals {
    pub fn of(config: Attainment) -> Self {
        let column = |kind: &str, name: Word| Word::of(&format!("{kind}/{}", name.text()));
        let columns = config.goals.iter().map(|goal| {
            let actual = match goal.actual {
                Actual::Figure(name) => column("figure", name),
                Actual::Measure(name) => column("measure", name),
            };
            (actual, column("target", goal.target))
        });
        Self {
            columns: columns.collect(),
            config,
            attainment: Word::of(ATTAINMENT),
        }
    }

    /// nominal * sum(weight * actual / target), for each partner that has a target.
    pub fn settle(&self, input: &SettleInput) -> Settlement {
        let (days, whole) = input.period.days();
        let mut settlement = Settlement::none();
        let mut attainments = vec![0; input.partners.len()];
        for (row, shown) in attainments.iter_mut().enumerate() {
            let Some(attained) = self.attained(input, row, &mut settlement) else {
                continue;
            };
            *shown = attained / 1_000;
            let notice = match attained >= ALL {
                true => Notice::TargetReached,
                false => Notice::TargetMissed,
            };
            let holder = Holder::Partner(row as u32);
            settlement.notices.push((holder, notice));
            if attained < self.config.threshold {
                settlement.reasons.push(
                    Reason::of("below-threshold")
                        .with(per_cent(attained))
                        .with(per_cent(self.config.threshold)),
                );
                continue;
            }
            let paid = self.accelerated(attained).min(self.config.cap);
            let nominal = self.config.nominal;
            let amount = of_nominal(nominal, paid, days, whole);
            let reason = Reason::of("attained")
                .with(per_cent(attained))
                .with(per_cent(paid))
                .with(nominal.times_ratio(days, whole))
                .weighing(amount.0);
            settlement.post(self.attainment, row, amount.0, reason);
        }
        settlement.terms = vec![(Word::of("attained"), attainments)];
        settlement
    }

    /// The weighted attainment of a partner, in parts per million; none where it has no
    /// target at all.
    fn attained(
        &self,
        input: &SettleInput,
        row: usize,
        settlement: &mut Settlement,
    ) -> Option<i64> {
        let mut weighted = 0;
        let mut weights = 0;
        let mut missing = Vec::new();
        let goals = &self.config.goals;
        for (goal, (actual, target)) in goals.iter().zip(&self.columns) {
            weights += i128::from(goal.weight);
            let target = input.partners.numbers(*target).get(row);
            let Some(target) = target.filter(|target| *target > 0.0) else {
                missing.push(goal.target);
                continue;
            };
            let (days, whole) = input.period.days();
            let actual = match goal.actual {
                Actual::Measure(_) => input.partners.numbers(*actual).get(row),
                // Counted in these days, of which the target has its part.
                Actual::Figure(_) => {
                    let counted = input.partners.integers(*actual).get(row);
                    counted.map(|counted| counted as f64 * whole as f64 / days as f64)
                }
            };
            let millionths = actual.unwrap_or(0.0) / target * ALL as f64;
            let millionths = millionths.clamp(0.0, ATTAINED_MAX).round() as i64;
            weighted += i128::from(goal.weight) * i128::from(millionths);
        }
        if missing.len() == goals.len() {
            return None;
        }
        let missed = |target| Reason::of("no-target").with(target);
        settlement.reasons.extend(missing.into_iter().map(missed));
        // No more than the most that one of them has attained.
        Some(((weighted + weights / 2) / weights) as i64)
    }

    /// What an attainment counts for.
    fn accelerated(&self, attained: i64) -> i64 {
        let accelerators = &self.config.accelerators;
        let plain = std::iter::once((0, ALL));
        let faster = accelerators
            .iter()
            .map(|faster| (faster.from, faster.factor));
        let counted = slices(plain.chain(faster), attained);
        ((counted + i128::from(ALL) / 2) / i128::from(ALL)) as i64
    }
}

/// A share of the nominal amount of a whole period, for some of its days.
fn of_nominal(nominal: Money, share: i64, days: i64, whole: i64) -> Money {
    let product = i128::from(nominal.0) * i128::from(share) * i128::from(days);
    let divisor = i128::from(ALL) * i128::from(whole);
    // Invariant: nominal amounts and shares are bounded by the configuration.
    Money(((product + divisor / 2) / divisor) as i64)
}

fn per_cent(millionths: i64) -> f64 {
    millionths as f64 / 10_000.0
}
