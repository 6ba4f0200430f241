//! Each slice at the rate of its tier.

use stellwerk_plugin_sdk::prelude::*;

use crate::policy::RateTier;

const MILLION: i128 = 1_000_000;

/// sum(slice * rate), rounded once.
pub fn earned(tiers: &[RateTier], base: Money) -> Money {
    let millionths = slices(tiers.iter().map(|tier| (tier.from.0, tier.rate)), base.0);
    // No more than the base, because no rate is more than all of it.
    Money(((millionths + MILLION / 2) / MILLION) as i64)
}

/// sum(slice * factor) of what is not below 0; each slice ends where the next one
/// begins.
pub fn slices(tiers: impl IntoIterator<Item = (i64, i64)>, base: i64) -> i128 {
    let mut tiers = tiers.into_iter().peekable();
    let mut sum = 0;
    while let Some((from, factor)) = tiers.next() {
        let end = tiers.peek().map_or(base, |(next, _)| base.min(*next));
        if end > from {
            sum += i128::from(end - from) * i128::from(factor);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(base: i64) -> i64 {
        let tiers = [(0, 20_000), (100_000, 50_000)].map(|(from, rate)| RateTier {
            from: Money(from),
            rate,
        });
        earned(&tiers, Money(base)).0
    }

    #[test]
    fn each_slice_earns_at_its_own_rate() {
        assert_eq!(of(0), 0);
        assert_eq!(of(100_000), 2_000);
        assert_eq!(of(300_000), 2_000 + 10_000);
        // 0.02 * 24 = 0.48, and 0.02 * 25 = 0.5 is rounded away from 0.
        assert_eq!((of(24), of(25)), (0, 1));
        assert_eq!(of(i64::MAX), 461_168_601_842_735_790);
    }
}
