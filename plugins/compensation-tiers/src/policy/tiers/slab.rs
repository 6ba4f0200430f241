//! All of it at the rate of the tier that is reached.

use stellwerk_plugin_sdk::prelude::*;

use crate::policy::RateTier;

/// The base at its rate.
pub fn earned(tiers: &[RateTier], base: Money) -> Money {
    base.times_millionths(reached(tiers, base))
}

/// The rate of the tier in which a base lies: that of the higher one where it is just
/// there.
pub fn reached(tiers: &[RateTier], base: Money) -> i64 {
    tiers
        .iter()
        .rev()
        .find(|tier| tier.from <= base)
        .map_or(0, |tier| tier.rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_earns_at_the_rate_that_is_reached() {
        let tiers = [(0, 20_000), (100_000, 50_000)].map(|(from, rate)| RateTier {
            from: Money(from),
            rate,
        });
        let of = |base| earned(&tiers, Money(base)).0;
        assert_eq!(of(99_999), 2_000);
        // The lower end belongs to the tier.
        assert_eq!(of(100_000), 5_000);
        assert_eq!(of(300_000), 15_000);
    }
}
