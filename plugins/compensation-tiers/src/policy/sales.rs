//! Sales by tiers: what an event adds to what its base has earned.

use stellwerk_plugin_sdk::prelude::*;

use super::tiers::reached;
use super::{Base, COMMISSION, COUNTED_ON, Sales, Tiers};

/// Tiers with the names that are compared in each call.
pub struct SalesTiers {
    base: Base,
    tiers: Tiers,
    /// Of the base; none for lines.
    sales: Option<Word>,
    won: Word,
    cancelled: Word,
    claimer: Word,
    commission: Word,
    counted_on: Word,
}

impl SalesTiers {
    pub fn of(sales: Sales) -> Self {
        Self {
            sales: sales.base.account().map(Word::of),
            base: sales.base,
            tiers: sales.tiers,
            won: Word::of("won"),
            cancelled: Word::of("cancelled"),
            claimer: Word::of("claimer"),
            commission: Word::of(COMMISSION),
            counted_on: Word::of(COUNTED_ON),
        }
    }

    pub fn award(&self, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let mut earnings = Earnings::none();
        if input.event.code == self.won {
            self.sell(input, &mut earnings)?;
        } else if input.event.code == self.cancelled {
            self.call_off(input, &mut earnings)?;
        }
        Ok(earnings)
    }

    fn sell(&self, input: &AwardInput, earnings: &mut Earnings) -> Result<(), PolicyError> {
        let Some(claimer) = input.payee(self.claimer) else {
            earnings.reasons.push(Reason::of("nobody"));
            return Ok(());
        };
        let value = input.event.value();
        if value <= Money::ZERO {
            earnings.reasons.push(Reason::of("no-value"));
            return Ok(());
        }
        let Some(sales) = self.sales else {
            let amount = self.by_line(input);
            let reason = Reason::of("by-line").with(value).weighing(amount.0);
            earnings.post(self.commission, claimer, amount.0, reason);
            return Ok(());
        };
        let holder = match self.base {
            Base::Deal => Holder::Deal,
            _ => claimer,
        };
        let before = Money(input.balance(sales, holder));
        let after = before.0.checked_add(value.0).map(Money).ok_or_else(|| {
            PolicyError::InvalidInput(format!("/event/value: {value} and {before} are too much"))
        })?;
        let amount = self.tiers.earned(after) - self.tiers.earned(before);
        let reason = self.reason(before, after).weighing(amount.0);
        earnings.post(self.commission, claimer, amount.0, reason);
        let counted = Reason::of("counted").with(value);
        earnings.post(sales, holder, value.0, counted);
        let day = i64::from(input.event.occurred.date().0);
        let counted_on = day - input.balance(self.counted_on, Holder::Deal);
        let reason = Reason::of("counted-on");
        earnings.post(self.counted_on, Holder::Deal, counted_on, reason);
        Ok(())
    }

    /// Each line by itself; without lines the value is the only one.
    fn by_line(&self, input: &AwardInput) -> Money {
        if input.event.lines.is_empty() {
            return self.tiers.earned(input.event.value());
        }
        let lines = input.event.lines.iter();
        lines.map(|line| self.tiers.earned(line.value)).sum()
    }

    fn reason(&self, before: Money, after: Money) -> Reason {
        let code = match &self.tiers {
            Tiers::Marginal(_) => "marginal",
            Tiers::Slab(_) => "slab",
            Tiers::Interpolated(_) => "interpolated",
        };
        let reason = Reason::of(code).with(before).with(after);
        match &self.tiers {
            Tiers::Slab(tiers) => reason.with(reached(tiers, after) as f64 / 10_000.0),
            _ => reason,
        }
    }

    /// What the deal has earned goes back. Its sales too, unless they were counted in a
    /// month, quarter or year that is over: the one now has none of them.
    fn call_off(&self, input: &AwardInput, earnings: &mut Earnings) -> Result<(), PolicyError> {
        let reason = Reason::of("cancelled");
        earnings.take_back(input, self.commission, &reason)?;
        let Some(sales) = self.sales else {
            return Ok(());
        };
        let counted_on = input.balance(self.counted_on, Holder::Deal);
        let then = Date(i32::try_from(counted_on).unwrap_or(0));
        if self.is_one_span(then, input.event.occurred.date()) {
            earnings.take_back(input, sales, &reason)?;
        }
        earnings.take_back(input, self.counted_on, &reason)
    }

    /// Whether the sales of both days are counted together.
    fn is_one_span(&self, one: Date, other: Date) -> bool {
        let months = match self.base {
            Base::Line | Base::Deal => return true,
            Base::Month => 1,
            Base::Quarter => 3,
            Base::Year => 12,
        };
        let span = |day: Date| {
            let (year, month, _) = day.year_month_day();
            (year, (month - 1) / months)
        };
        span(one) == span(other)
    }
}
