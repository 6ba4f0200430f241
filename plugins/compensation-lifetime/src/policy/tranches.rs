//! Shares in the margins of a customer's years, while the customer is active.

use stellwerk_plugin_sdk::prelude::*;
use stellwerk_plugin_sdk::{Attributes, Leg};

use super::{Lifetime, Tranches, YEAR, YEAR_ENDS};

impl Lifetime {
    /// The margin that an event tells of, and the first year that begins with a deal.
    pub(super) fn note_margin(&self, input: &AwardInput, earnings: &mut Earnings) {
        let Some(tranches) = &self.config.tranches else {
            return;
        };
        let is_won = input.event.code == self.words.won;
        let reported = tranches.reported_by.unwrap_or(self.words.won);
        if input.event.code == reported && input.deal.is_some() {
            let margin = input.event.attributes.money(tranches.margin);
            let margin = margin.unwrap_or_default();
            let reason = Reason::of("margin").with(margin);
            earnings.post(self.accounts.margin, Holder::Deal, margin.0, reason);
        }
        if is_won && !tranches.shares.is_empty() {
            earnings.wake_ups.push(end_of_year(1));
        }
    }

    /// A year with the customer is over: its share is paid, and the next year begins.
    pub(super) fn end_year(&self, input: &AwardInput, earnings: &mut Earnings) {
        let Some(tranches) = &self.config.tranches else {
            return;
        };
        let year = input.event.attributes.integer(self.words.year).unwrap_or(0);
        let Some(share) = share_of(tranches, year) else {
            return;
        };
        let margin = Money(input.balance(self.accounts.margin, Holder::Deal));
        match input.payee(self.words.claimer) {
            Some(claimer) if margin > Money::ZERO => {
                let amount = margin.times_millionths(share).0;
                let reason = Reason::of("tranche")
                    .with(year)
                    .with(share as f64 / 10_000.0)
                    .with(margin)
                    .weighing(amount);
                earnings.post(self.accounts.tranches, claimer, amount, reason);
            }
            Some(_) => earnings.reasons.push(Reason::of("no-margin").with(year)),
            None => earnings.reasons.push(Reason::of("nobody")),
        }
        if tranches.reported_by.is_some() && input.deal.is_some() {
            let reason = Reason::of("year-over");
            earnings.post(self.accounts.margin, Holder::Deal, (-margin).0, reason);
        }
        if share_of(tranches, year + 1).is_some() {
            earnings.wake_ups.push(end_of_year(year + 1));
        }
    }

    /// The customer is no longer active. What was paid for its years stays.
    pub(super) fn end_tranches(
        &self,
        input: &AwardInput,
        earnings: &mut Earnings,
    ) -> Result<(), PolicyError> {
        if self.config.tranches.is_none() {
            return Ok(());
        }
        earnings.wake_ups.push(WakeUp::drop(YEAR_ENDS));
        earnings.take_back(input, self.accounts.margin, &Reason::of("cancelled"))
    }
}

/// The share of a year, the first is 1.
fn share_of(tranches: &Tranches, year: i64) -> Option<i64> {
    let position = usize::try_from(year.checked_sub(1)?).ok()?;
    tranches.shares.get(position).copied()
}

fn end_of_year(year: i64) -> WakeUp {
    WakeUp {
        attributes: Attributes::new().with(YEAR, year),
        ..WakeUp::after(YEAR_ENDS, Span::of([Leg::CalendarMonths(12)]))
    }
}
