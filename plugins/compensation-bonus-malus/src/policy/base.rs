//! What bonus and malus are taken of: kept in an account of its own, event by event.

use stellwerk_plugin_sdk::prelude::*;

use super::BonusMalus;

impl BonusMalus {
    pub(super) fn add_to_base(&self, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let words = &self.words;
        let code = input.event.code;
        let mut earnings = Earnings::none();
        if code == words.cancelled {
            let reason = Reason::of("cancelled");
            earnings.take_back(input, words.base, &reason)?;
        }
        let paid: Money = self
            .config
            .base
            .events
            .iter()
            .filter(|paid| paid.event == code)
            .map(|paid| paid.amount)
            .sum();
        if code != words.won && paid == Money::ZERO {
            return Ok(earnings);
        }
        let Some(claimer) = input.payee(words.claimer) else {
            earnings.reasons.push(Reason::of("nobody"));
            return Ok(earnings);
        };
        let reason = Reason::of("base-of-event").with(code).weighing(paid.0);
        earnings.post(words.base, claimer, paid.0, reason);
        if code == words.won {
            let value = input.event.value();
            if value <= Money::ZERO {
                earnings.reasons.push(Reason::of("no-value"));
                return Ok(earnings);
            }
            let part = value.times_millionths(self.config.base.rate).0;
            let reason = Reason::of("base-of-deal").with(value).weighing(part);
            earnings.post(words.base, claimer, part, reason);
        }
        Ok(earnings)
    }
}
