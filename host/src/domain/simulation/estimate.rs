//! What a few seeds tell of a figure.
//!
//! The interval is that of Student's t at 95 % ("The probable error of a mean",
//! Biometrika 6 (1908) 1-25): it holds where the figure spreads over seeds much as a
//! normal distribution does. It tells what chance does in worlds like the assumed one,
//! and nothing of whether the assumptions are right.

/// The quantile of Student's t at 0.975, by degrees of freedom from 1 to 30.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// A mean over seeds, in whole units of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub mean: i64,
    /// From and to; none of a single seed.
    pub interval: Option<(i64, i64)>,
}

impl Estimate {
    /// Of one value a seed.
    pub fn of(values: &[i64]) -> Self {
        let count = values.len().max(1) as f64;
        let mean = values.iter().map(|value| *value as f64).sum::<f64>() / count;
        let squares: f64 = values
            .iter()
            .map(|value| (*value as f64 - mean).powi(2))
            .sum();
        let freedom = values.len().saturating_sub(1);
        let interval = (freedom > 0).then(|| {
            // Beyond the table that of its end, which is a little too wide.
            let t = T[freedom.min(T.len()) - 1];
            let reach = t * (squares / freedom as f64 / count).sqrt();
            ((mean - reach).round() as i64, (mean + reach).round() as i64)
        });
        Self {
            mean: mean.round() as i64,
            interval,
        }
    }

    /// Of the difference between two plans, seed by seed: both have met the same leads,
    /// so it spreads far less than each of them.
    pub fn of_difference(one: &[i64], other: &[i64]) -> Self {
        let differences: Vec<i64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
        Self::of(&differences)
    }

    /// Whether it is on one side of 0 with its whole interval.
    pub fn is_sure(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 0 || high < 0)
    }
}
