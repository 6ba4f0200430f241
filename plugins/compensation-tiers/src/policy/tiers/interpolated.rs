//! Each tier's amount is earned linearly within it, and added to those below.

use stellwerk_plugin_sdk::prelude::*;

use crate::policy::AmountTier;

/// The amounts of the tiers that are behind, and the part of the one that is not.
pub fn earned(tiers: &[AmountTier], base: Money) -> Money {
    let mut begins = Money::ZERO;
    let mut earned = Money::ZERO;
    for tier in tiers {
        if base < tier.to {
            let part = (base - begins).0;
            return earned + tier.amount.times_ratio(part, (tier.to - begins).0);
        }
        earned += tier.amount;
        begins = tier.to;
    }
    earned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_earned_linearly_and_the_last_one_ends_it() {
        let tiers = [(100_000, 1_000), (300_000, 9_000)].map(|(to, amount)| AmountTier {
            to: Money(to),
            amount: Money(amount),
        });
        let of = |base| earned(&tiers, Money(base)).0;
        assert_eq!(of(0), 0);
        assert_eq!(of(50_000), 500);
        assert_eq!(of(100_000), 1_000);
        assert_eq!(of(150_000), 1_000 + 2_250);
        assert_eq!(of(300_000), 10_000);
        assert_eq!(of(i64::MAX), 10_000);
    }
}
