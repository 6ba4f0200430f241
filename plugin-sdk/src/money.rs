//! Money: whole minor units, rates in parts per million, splits that sum.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MILLION: i64 = 1_000_000;

/// An amount in minor units (cents) of the contract's currency. Sums that are
/// beyond 64 bits stay at their end.
///
/// ```
/// use stellwerk_plugin_sdk::Money;
///
/// // 1.5 % of 1,234.56
/// assert_eq!(Money(123_456).times_millionths(15_000), Money(1_852));
/// let lines = [Money(1_200_000), Money(-50_000)];
/// assert_eq!(lines.into_iter().sum::<Money>(), Money(1_150_000));
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema,
)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Nothing at all.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // A deal without a value earns nothing.
    /// assert!(AwardInput::default().event.value() <= Money::ZERO);
    /// ```
    pub const ZERO: Self = Self(0);

    /// The amount at a rate in parts per million, rounded half away from zero;
    /// what is beyond 64 bits stays at their end.
    pub fn times_millionths(self, rate: i64) -> Self {
        Self(divide(self.0, rate, MILLION))
    }

    /// `self * numerator / denominator`, rounded half away from zero; nothing
    /// where the denominator is 0.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::Money;
    /// // 900.00 were paid; of 36 liable months 13 are over when the deal is called off.
    /// assert_eq!(Money(90_000).times_ratio(36 - 13, 36), Money(57_500));
    /// ```
    pub fn times_ratio(self, numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            return Self::ZERO;
        }
        Self(divide(self.0, numerator, denominator))
    }

    /// No less than `low` and no more than `high`.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::Money;
    /// // 1.5 % of the project, 40.00 at least and 900.00 at most.
    /// let (least, most) = (Money(4_000), Money(90_000));
    /// let share = |value: Money| value.times_millionths(15_000).within(least, most);
    /// assert_eq!(share(Money(100_000)), Money(4_000));
    /// assert_eq!(share(Money(2_500_000)), Money(37_500));
    /// assert_eq!(share(Money(9_000_000)), Money(90_000));
    /// ```
    pub fn within(self, low: Self, high: Self) -> Self {
        self.max(low).min(high)
    }
}

/// `a * b / c`, rounded half away from zero.
fn divide(a: i64, b: i64, c: i64) -> i64 {
    // 128-bit multiplication is slow in WebAssembly; most amounts do not need it.
    if let Some(product) = a.checked_mul(b)
        && let Some(doubled) = product.checked_mul(2)
        && let Some(divisor) = c.checked_mul(2)
        && let Some(rounded) = doubled.checked_add(if (product < 0) == (c < 0) { c } else { -c })
    {
        return rounded / divisor;
    }
    let (product, c) = (i128::from(a) * i128::from(b), i128::from(c));
    let half = if (product < 0) == (c < 0) { c } else { -c };
    let rounded = (product * 2 + half) / (c * 2);
    rounded.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// Splits an amount by weights, by largest remainder: the parts sum to it
/// exactly. Equal remainders favour the earlier part. Without any positive
/// weight the first part gets all.
///
/// ```
/// use stellwerk_plugin_sdk::{Money, split};
/// // Claimer, partner above and agency share a commission of 100.01.
/// let shares = split(Money(10_001), &[80, 15, 5]);
/// assert_eq!(shares, [Money(8_001), Money(1_500), Money(500)]);
/// assert_eq!(shares.into_iter().sum::<Money>(), Money(10_001));
/// ```
pub fn split(total: Money, weights: &[i64]) -> Vec<Money> {
    let weights: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from((*weight).max(0)))
        .collect();
    let sum: i128 = weights.iter().sum();
    let mut parts = vec![Money::ZERO; weights.len()];
    if sum == 0 {
        if let Some(first) = parts.first_mut() {
            *first = total;
        }
        return parts;
    }
    let sign = if total.0 < 0 { -1 } else { 1 };
    let amount = i128::from(total.0).abs();
    let mut left = amount;
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(parts.len());
    for (position, weight) in weights.iter().enumerate() {
        let share = amount * weight;
        let whole = share / sum;
        left -= whole;
        parts[position] = Money((whole * sign) as i64);
        remainders.push((share % sum, position));
    }
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, position) in remainders.into_iter().take(left as usize) {
        parts[position].0 += sign as i64;
    }
    parts
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Money {
    /// Takes a whole number, or one as text, as JSON writes large ones.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amount;
        impl serde::de::Visitor<'_> for Amount {
            type Value = Money;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of minor units")
            }
            fn visit_i64<E: serde::de::Error>(self, amount: i64) -> Result<Money, E> {
                Ok(Money(amount))
            }
            fn visit_u64<E: serde::de::Error>(self, amount: u64) -> Result<Money, E> {
                i64::try_from(amount)
                    .map(Money)
                    .map_err(|_| E::custom("an amount beyond 64 bits"))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Money, E> {
                text.parse()
                    .map(Money)
                    .map_err(|_| E::custom("an amount that is no whole number"))
            }
        }
        deserializer.deserialize_any(Amount)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn splits_sum_to_the_total(total: i64, weights in prop::collection::vec(0i64..1_000_000, 1..8)) {
            let parts = split(Money(total), &weights);
            let sum: i128 = parts.iter().map(|part| i128::from(part.0)).sum();
            prop_assert_eq!(sum, i128::from(total));
        }

        #[test]
        fn rounding_is_symmetric(amount in -1_000_000_000_000i64..1_000_000_000_000, rate in -2_000_000i64..2_000_000) {
            prop_assert_eq!(
                (-Money(amount)).times_millionths(rate),
                -Money(amount).times_millionths(rate)
            );
        }

        #[test]
        fn the_fast_way_rounds_as_the_wide_one(a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000, c in 1i64..1_000) {
            let exact = f64::from(a as i32) * f64::from(b as i32) / f64::from(c as i32);
            prop_assert_eq!(divide(a, b, c), exact.round() as i64);
        }
    }

    #[test]
    fn what_is_too_large_stays_at_the_end() {
        assert_eq!(Money(i64::MAX).times_millionths(2_000_000), Money(i64::MAX));
        assert_eq!(Money(i64::MIN).times_millionths(2_000_000), Money(i64::MIN));
        assert_eq!(Money(i64::MAX).times_millionths(1_000_000), Money(i64::MAX));
    }
}
