//! Whether a share keeps to its maximum, as far as the cases tell.
//!
//! A case counts or it does not. How likely so many that count, or more, would be
//! if the share lay exactly at the maximum, is the exact binomial tail, as in the
//! limits of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial
//! limits illustrated in the case of the binomial", Biometrika 26 (1934) 404-413:
//! it trips where that is at most [`CHANCE_TRIPS`]. It passes where so few, or fewer,
//! would be as unlikely as [`CHANCE_PASSES`]. Between the two it is not known yet.
//! Intervals that rest on the normal distribution, such as E. B. Wilson's (Journal of
//! the American Statistical Association 22 (1927) 209-212), are nearly the same where
//! many cases count; where a maximum of one in a hundred or a thousand lets few be
//! expected, they trip many times as often as they say.
//!
//! Who looks again and again at cases that grow finds something sooner or later: at
//! one in twenty a look, ten looks trip one in five times though nothing is wrong (P.
//! Armitage, C. K. McPherson and B. C. Rowe, "Repeated significance tests on
//! accumulating data", Journal of the Royal Statistical Society A 132 (1969)
//! 235-244). So it looks where the number of cases has doubled, and nowhere else:
//! twenty looks reach half a million cases. What they err together is at most what
//! each errs, added up (Boole's inequality): one in a hundred over a whole trial.

use super::WHOLE;

/// How often a look trips at most though the share lies at its maximum.
const CHANCE_TRIPS: f64 = 0.000_5;
/// How often a look passes at most though the share lies above its maximum. Nothing
/// follows from it by itself.
const CHANCE_PASSES: f64 = 0.01;

/// What the cases tell of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passes,
    Trips,
    /// Too few cases to tell.
    Unknown,
}

impl Verdict {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Trips => "trips",
            Self::Unknown => "not-known-yet",
        }
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub cases: u32,
    /// Those that count.
    pub hits: u32,
}

/// A share with its maximum, case by case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Parts per million.
    max: i64,
    /// All that was seen.
    now: Count,
    /// At the last look, or at the one that has tripped.
    seen: Count,
    verdict: Verdict,
}

impl Share {
    /// Without cases; `max` in parts per million.
    pub fn of_at_most(max: i64) -> Self {
        Self {
            max,
            now: Count::default(),
            seen: Count::default(),
            verdict: Verdict::Unknown,
        }
    }

    /// One case more, in their order. What has tripped stays so.
    pub fn add(&mut self, counts: bool) {
        self.now.cases = self.now.cases.saturating_add(1);
        self.now.hits = self.now.hits.saturating_add(u32::from(counts));
        if self.verdict != Verdict::Trips && self.now.cases.is_power_of_two() {
            self.seen = self.now;
            self.verdict = verdict(self.seen, self.max);
        }
    }

    /// As of the last look.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What the verdict rests on.
    pub fn seen(&self) -> Count {
        self.seen
    }

    /// All cases there are.
    pub fn now(&self) -> Count {
        self.now
    }

    /// Parts per million.
    pub fn max(&self) -> i64 {
        self.max
    }
}

/// What one look tells.
fn verdict(count: Count, max: i64) -> Verdict {
    let share = max as f64 / WHOLE as f64;
    if max >= WHOLE {
        Verdict::Passes
    } else if at_least(count, share) <= CHANCE_TRIPS {
        Verdict::Trips
    } else if at_most(count, share) <= CHANCE_PASSES {
        Verdict::Passes
    } else {
        Verdict::Unknown
    }
}

/// How likely so many or more are, where each case counts with that probability.
fn at_least(Count { cases, hits }: Count, share: f64) -> f64 {
    let expected = f64::from(cases) * share;
    match hits {
        0 => 1.0,
        _ if share <= 0.0 => 0.0,
        _ if f64::from(hits) > expected => upwards(cases, hits, share),
        _ => 1.0 - downwards(cases, hits - 1, share),
    }
}

/// How likely so many or fewer are.
fn at_most(Count { cases, hits }: Count, share: f64) -> f64 {
    let expected = f64::from(cases) * share;
    if hits >= cases || share <= 0.0 {
        1.0
    } else if f64::from(hits) < expected {
        downwards(cases, hits, share)
    } else {
        1.0 - upwards(cases, hits + 1, share)
    }
}

/// The sum from `hits` up, where that lies above what is expected: each term is
/// less than the one before.
fn upwards(cases: u32, hits: u32, share: f64) -> f64 {
    let odds = share / (1.0 - share);
    let ratio = |at: u32| f64::from(cases - at) / f64::from(at + 1) * odds;
    sum(exactly(cases, hits, share), (hits..cases).map(ratio))
}

/// The sum from `hits` down, where that lies below what is expected.
fn downwards(cases: u32, hits: u32, share: f64) -> f64 {
    let odds = (1.0 - share) / share;
    let ratio = |at: u32| f64::from(at) / f64::from(cases - at + 1) * odds;
    sum(exactly(cases, hits, share), (1..=hits).rev().map(ratio))
}

/// Of terms, each by its ratio to the one before, until they no longer matter.
fn sum(first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let mut total = first;
    let mut term = first;
    for ratio in ratios {
        term *= ratio;
        total += term;
        if term <= total * 1e-15 {
            break;
        }
    }
    total
}

/// How likely exactly so many are.
fn exactly(cases: u32, hits: u32, share: f64) -> f64 {
    let choices = ln_factorial(cases) - ln_factorial(hits) - ln_factorial(cases - hits);
    let (hits, others) = (f64::from(hits), f64::from(cases - hits));
    (choices + hits * share.ln() + others * (-share).ln_1p()).exp()
}

/// Stirling's series (Abramowitz and Stegun 1964, 6.1.41), which errs by less than
/// 1e-11 from 16 on.
fn ln_factorial(number: u32) -> f64 {
    if number < 16 {
        return (2..=number).map(|factor| f64::from(factor).ln()).sum();
    }
    let n = f64::from(number);
    let series = 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3)) + 1.0 / (1260.0 * n.powi(5));
    n * n.ln() - n + (std::f64::consts::TAU * n).ln() / 2.0 + series
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(hits: u32, cases: u32) -> Count {
        Count { cases, hits }
    }

    /// After so many cases that count, and then so many that do not.
    fn after(max: i64, hits: u32, others: u32) -> Share {
        let mut share = Share::of_at_most(max);
        (0..hits).for_each(|_| share.add(true));
        (0..others).for_each(|_| share.add(false));
        share
    }

    #[test]
    fn few_cases_tell_nothing_and_many_do() {
        let one_in_a_hundred = WHOLE / 100;
        assert_eq!(after(one_in_a_hundred, 0, 0).verdict(), Verdict::Unknown);
        assert_eq!(after(one_in_a_hundred, 1, 0).verdict(), Verdict::Unknown);
        assert_eq!(after(one_in_a_hundred, 0, 256).verdict(), Verdict::Unknown);
        assert_eq!(after(one_in_a_hundred, 0, 512).verdict(), Verdict::Passes);
        assert_eq!(after(one_in_a_hundred, 2, 0).verdict(), Verdict::Trips);
        // Half of them, where half may.
        let half = after(WHOLE / 2, 0, 0);
        let mut half = half;
        (0..4_096).for_each(|case| half.add(case % 2 == 0));
        assert_eq!(half.verdict(), Verdict::Unknown);
    }

    #[test]
    fn it_looks_where_the_cases_have_doubled_and_what_tripped_stays() {
        let mut share = Share::of_at_most(WHOLE / 10);
        (0..3).for_each(|_| share.add(true));
        assert_eq!((share.seen(), share.now()), (count(2, 2), count(3, 3)));
        assert_eq!(
            share.verdict(),
            Verdict::Unknown,
            "one in a hundred by chance"
        );
        share.add(true);
        assert_eq!(
            (share.seen(), share.verdict()),
            (count(4, 4), Verdict::Trips)
        );
        (0..10_000).for_each(|_| share.add(false));
        assert_eq!(
            (share.seen(), share.verdict()),
            (count(4, 4), Verdict::Trips)
        );
    }

    #[test]
    fn at_the_ends_nothing_is_reckoned() {
        assert_eq!(after(0, 1, 0).verdict(), Verdict::Trips);
        assert_eq!(
            after(0, 0, 4_096).verdict(),
            Verdict::Unknown,
            "never none at all"
        );
        assert_eq!(after(WHOLE, 64, 0).verdict(), Verdict::Passes);
    }

    /// Tables of the binomial distribution: 10 of 100 or more at 1 in 20.
    #[test]
    fn the_tail_is_that_of_the_tables() {
        let tail = at_least(count(10, 100), 0.05);
        assert!((tail - 0.028_188).abs() < 1e-6, "{tail}");
        let all = at_least(count(1_000_000, 1_000_000), 0.5);
        assert!(all < 1e-300, "{all}");
    }

    /// The whole distribution of trials that keep exactly to their maximum, without
    /// those that were stopped.
    #[test]
    fn a_trial_that_keeps_to_its_maximum_is_seldom_stopped() {
        for max in [1_000, 10_000, 100_000, 500_000] {
            let share = max as f64 / WHOLE as f64;
            let mut going = vec![1.0];
            let (mut stopped, mut looks) = (0.0, 0);
            for cases in 1..=4_096_u32 {
                let mut next = vec![0.0; going.len() + 1];
                for (hits, chance) in going.iter().enumerate() {
                    next[hits] += chance * (1.0 - share);
                    next[hits + 1] += chance * share;
                }
                going = next;
                if cases.is_power_of_two() {
                    looks += 1;
                    for (hits, chance) in (0..).zip(&mut going) {
                        if verdict(count(hits, cases), max) == Verdict::Trips {
                            stopped += std::mem::take(chance);
                        }
                    }
                }
            }
            assert!(
                stopped <= CHANCE_TRIPS * f64::from(looks),
                "{max}: {stopped}"
            );
            assert!(stopped > 0.0);
        }
    }

    proptest! {
        #[test]
        fn the_two_tails_share_one_case(cases in 1..2_000_u32, part in 0.0..=1.0, share in 0.000_001..0.999_999) {
            let hits = (f64::from(cases) * part) as u32;
            let both = at_least(count(hits, cases), share) + at_most(count(hits, cases), share);
            let one = exactly(cases, hits, share);
            prop_assert!((both - 1.0 - one).abs() < 1e-9, "{} {}", both, one);
        }

        #[test]
        fn more_that_count_never_look_better(cases in 1..5_000_u32, part in 0.0..1.0, max in 0..WHOLE) {
            let hits = (f64::from(cases) * part) as u32;
            let rank = |hits| match verdict(count(hits, cases), max) {
                Verdict::Passes => 0,
                Verdict::Unknown => 1,
                Verdict::Trips => 2,
            };
            prop_assert!(rank(hits) <= rank((hits + 1).min(cases)));
        }
    }
}
