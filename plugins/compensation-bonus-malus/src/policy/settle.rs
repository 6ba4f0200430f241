//! What a period's measures add to what was earned, or take off it.

use stellwerk_plugin_sdk::prelude::*;

use super::BonusMalus;

/// Bonus or malus as a share of the base, in parts per million, and why.
struct Quality {
    share: i64,
    reason: Reason,
}

impl BonusMalus {
    /// Takes the base of the period in, so that the next one begins at 0. A base below
    /// 0, of which more was called off than earned, waits for the next period.
    pub(super) fn settle_period(&self, input: &SettleInput) -> Settlement {
        let words = &self.words;
        let bases = input.partners.integers(words.balance_base);
        let mut settlement = Settlement::none();
        let mut shares = vec![0; input.partners.len()];
        for (row, share) in shares.iter_mut().enumerate() {
            let base = Money(bases.get(row).unwrap_or(0));
            if base <= Money::ZERO {
                continue;
            }
            let quality = self.quality(input, row, base);
            *share = quality.share / 1_000;
            let settled = Reason::of("settled").with(input.period.name);
            settlement.post(words.base, row, -base.0, settled);
            let amount = base.times_millionths(quality.share).0;
            let account = match amount < 0 {
                true => words.malus,
                false => words.bonus,
            };
            settlement.post(account, row, amount, quality.reason.weighing(amount));
            if amount < 0 {
                let holder = Holder::Partner(row as u32);
                settlement.notices.push((holder, Notice::Malus));
            }
        }
        settlement.terms = vec![(Word::of("quality"), shares)];
        settlement
    }

    /// clamp(sum(weight * g), -most, most), unless something knocks out.
    fn quality(&self, input: &SettleInput, row: usize, base: Money) -> Quality {
        let most = self.config.most;
        for (knock_out, column) in self.config.knock_outs.iter().zip(&self.knock_outs) {
            let value = input.partners.numbers(*column).get(row);
            if let Some(value) = value.filter(|value| *value >= knock_out.from) {
                return Quality {
                    share: -most,
                    reason: Reason::of("knocked-out")
                        .with(base)
                        .with(per_cent(-most))
                        .with(knock_out.measure)
                        .with(value),
                };
            }
        }
        let mut sum = 0;
        let mut parts = Vec::new();
        for (criterion, column) in self.config.criteria.iter().zip(&self.criteria) {
            let value = input.partners.numbers(*column).get(row);
            let part = value.map_or(0, |value| criterion.contribution(value));
            sum += part;
            if part != 0 {
                parts.push(format!("{} {:+}", criterion.measure.text(), per_cent(part)));
            }
        }
        let share = sum.clamp(-most, most);
        let code = match share < 0 {
            true => "malus",
            false => "bonus",
        };
        Quality {
            share,
            reason: Reason::of(code)
                .with(base)
                .with(per_cent(share))
                .with(Word::of(&parts.join(", "))),
        }
    }
}

fn per_cent(millionths: i64) -> f64 {
    millionths as f64 / 10_000.0
}
