//! A recoverable draw: what a partner is paid in a period at least, as an advance on
//! what it earns later.

use stellwerk_plugin_sdk::prelude::*;

use super::{Draw, Lifetime};

/// No draw is more than this: a slip of the pen, and sums that overflow.
const DRAW_MAX: f64 = 1e12;

impl Lifetime {
    /// What an answer earns is remembered for the draw, where there is one.
    pub(super) fn note_earned(&self, earnings: &mut Earnings) {
        if self.config.draw.is_none() {
            return;
        }
        let mut earned: Vec<(Holder, Money)> = Vec::new();
        for posting in &earnings.postings {
            if !self.accounts.is_earned(posting.account) {
                continue;
            }
            let amount = Money(posting.amount);
            match earned
                .iter_mut()
                .find(|(holder, _)| *holder == posting.holder)
            {
                Some((_, sum)) => *sum += amount,
                None => earned.push((posting.holder, amount)),
            }
        }
        for (holder, sum) in earned {
            let reason = Reason::of("earned").weighing(sum.0);
            earnings.post(self.accounts.earned, holder, sum.0, reason);
        }
    }

    /// Advances what is short of the draw; of what is beyond it, a part pays back. Each
    /// close begins with what was earned since the last one. Without a draw, more that
    /// went back than was earned waits.
    pub(super) fn settle_draw(&self, draw: &Draw, input: &SettleInput) -> Settlement {
        let accounts = &self.accounts;
        let (days, whole) = input.period.days();
        let targets = input.partners.numbers(self.words.target);
        let balances_earned = input.partners.integers(self.words.balance_earned);
        let balances_draw = input.partners.integers(self.words.balance_draw);
        let mut settlement = Settlement::none();
        for row in 0..input.partners.len() {
            let agreed = targets.get(row).map(|target| {
                Money(target.clamp(0.0, DRAW_MAX).round() as i64).times_ratio(days, whole)
            });
            let earned = Money(balances_earned.get(row).unwrap_or(0));
            let owed = Money(balances_draw.get(row).unwrap_or(0));
            let agreed_or_none = agreed.unwrap_or_default();
            if agreed.is_none() && earned <= Money::ZERO {
                continue;
            }
            let settled = Reason::of("settled").with(agreed_or_none);
            settlement.post(accounts.earned, row, -earned.0, settled);
            if earned < agreed_or_none {
                let advance = (agreed_or_none - earned).0;
                let reason = Reason::of("advanced")
                    .with(agreed_or_none)
                    .with(earned)
                    .weighing(advance);
                settlement.post(accounts.draw, row, advance, reason);
            } else {
                let excess = earned - agreed_or_none;
                let recovered = excess.times_millionths(draw.recovery).min(owed).0;
                let reason = Reason::of("recovered")
                    .with(agreed_or_none)
                    .with(excess)
                    .with(owed)
                    .weighing(-recovered);
                settlement.post(accounts.draw, row, -recovered, reason);
            }
        }
        settlement
    }
}
