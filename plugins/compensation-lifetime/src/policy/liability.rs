//! A commission, of which a part is held and which goes back in part while the partner
//! is liable.

use stellwerk_plugin_sdk::Leg;
use stellwerk_plugin_sdk::prelude::*;

use super::{LIABILITY_ENDS, Lifetime};

impl Lifetime {
    /// The deal is won: its commission is paid but for the reserve.
    pub(super) fn begin_liability(&self, input: &AwardInput, earnings: &mut Earnings) {
        let terms = &self.config.commission;
        let accounts = &self.accounts;
        let Some(claimer) = input.payee(self.words.claimer) else {
            earnings.reasons.push(Reason::of("nobody"));
            return;
        };
        let value = input.event.value();
        if value <= Money::ZERO {
            earnings.reasons.push(Reason::of("no-value"));
            return;
        }
        let amount = value.times_millionths(terms.rate);
        if amount == Money::ZERO {
            return;
        }
        let reason = Reason::of("commission").with(value).weighing(amount.0);
        earnings.post(accounts.commission, claimer, amount.0, reason);
        let held = amount.times_millionths(terms.reserve);
        let reason = Reason::of("held")
            .with(amount)
            .with(i64::from(terms.liable_months))
            .weighing(-held.0);
        earnings.post(accounts.reserve, claimer, -held.0, reason);
        let day = i64::from(input.event.occurred.date().0);
        let since = day - input.balance(accounts.liable_since, Holder::Deal);
        let reason = Reason::of("liable");
        earnings.post(accounts.liable_since, Holder::Deal, since, reason);
        let liable = Span::of([Leg::CalendarMonths(terms.liable_months)]);
        earnings
            .wake_ups
            .push(WakeUp::after(LIABILITY_ENDS, liable));
    }

    /// Nothing was called off: what is held is the partner's.
    pub(super) fn end_liability(
        &self,
        input: &AwardInput,
        earnings: &mut Earnings,
    ) -> Result<(), PolicyError> {
        let reason = Reason::of("released");
        earnings.take_back(input, self.accounts.reserve, &reason)?;
        earnings.take_back(input, self.accounts.liable_since, &reason)
    }

    /// Called off after m of H liable months: paid * (H - m) / H goes back, and what is
    /// held is set against it. Before a month is over that is all of it, as if nothing
    /// had been paid.
    pub(super) fn claw_back(
        &self,
        input: &AwardInput,
        earnings: &mut Earnings,
    ) -> Result<(), PolicyError> {
        let accounts = &self.accounts;
        let since = input.balance(accounts.liable_since, Holder::Deal);
        if since == 0 {
            return Ok(());
        }
        let since = Date(i32::try_from(since).unwrap_or(0));
        let over = i64::from(input.event.occurred.date().months_since(since)).max(0);
        let liable = i64::from(self.config.commission.liable_months);
        let cancelled = Reason::of("cancelled");
        if over >= liable {
            // The wake-up that releases the reserve is due as well.
            earnings.reasons.push(Reason::of("no-longer-liable"));
            return Ok(());
        }
        if over == 0 {
            earnings.take_back(input, accounts.commission, &cancelled)?;
        } else {
            self.claw_back_the_rest(input, over, liable, earnings)?;
        }
        earnings.take_back(input, accounts.reserve, &cancelled)?;
        earnings.take_back(input, accounts.liable_since, &cancelled)?;
        earnings.wake_ups.push(WakeUp::drop(LIABILITY_ENDS));
        Ok(())
    }

    fn claw_back_the_rest(
        &self,
        input: &AwardInput,
        over: i64,
        liable: i64,
        earnings: &mut Earnings,
    ) -> Result<(), PolicyError> {
        for (position, paid) in input.standing() {
            let earlier = &input.earlier[position as usize];
            if earlier.account != self.accounts.commission {
                continue;
            }
            let holder = earlier.holder.ok_or_else(|| {
                PolicyError::InvalidInput(format!(
                    "the holder of the earlier posting {position} is not at hand"
                ))
            })?;
            let amount = -Money(paid).times_ratio(liable - over, liable).0;
            let reason = Reason::of("clawback")
                .with(Money(paid))
                .with(over)
                .with(liable)
                .weighing(amount);
            let clawback = self.accounts.clawback;
            earnings.post_correction(clawback, holder, amount, reason, Some(position));
        }
        Ok(())
    }
}
