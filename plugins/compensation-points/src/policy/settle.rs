//! Points turn into funds when a period closes, and expire with a quarter or a year.

use stellwerk_plugin_sdk::prelude::*;

use super::{Expire, Points};

impl Points {
    pub(super) fn turn_and_expire(&self, input: &SettleInput) -> Result<Settlement, PolicyError> {
        let words = &self.words;
        let fund = self.config.fund;
        let expires = self.expires(input.period.ends);
        let balances = input.partners.integers(words.balance_points);
        let mut settlement = Settlement::none();
        for row in 0..input.partners.len() {
            let points = balances.get(row).unwrap_or(0);
            if points >= fund.least {
                let money = points.checked_mul(fund.per_point.0).ok_or_else(|| {
                    PolicyError::InvalidInput(format!("{points} points are too many"))
                })?;
                let reason = || Reason::of("turned").with(points).with(fund.per_point);
                settlement.post(words.points, row, -points, reason());
                settlement.post(words.fund, row, money, reason().weighing(money));
            } else if expires && points > 0 {
                let reason = Reason::of("expired").with(points).with(fund.least);
                settlement.post(words.points, row, -points, reason);
                let holder = Holder::Partner(row as u32);
                settlement.notices.push((holder, Notice::Expiry));
            }
        }
        Ok(settlement)
    }

    /// Whether points expire with a period that ends before a day.
    fn expires(&self, ends: Date) -> bool {
        let (_, month, day) = ends.year_month_day();
        day == 1
            && match self.config.expire {
                Expire::Quarter => month % 3 == 1,
                Expire::Year => month == 1,
                Expire::Never => false,
            }
    }
}
