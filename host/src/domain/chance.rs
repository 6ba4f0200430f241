//! Chance that repeats: what is drawn depends on what it is drawn for alone, so
//! that one partner's luck does not change with another's doings.

use super::seed;

/// A sequence of draws about one subject: SplitMix64 from a hash of what it is
/// about, so the same on every machine.
pub struct Chance(u64);

impl Chance {
    /// What is drawn about a subject, such as a lead's number, on an occasion. The
    /// play tells draws for one purpose from those for any other.
    pub fn about(play: &str, subject: &str, occasion: &str) -> Self {
        Self(seed::of(play, subject, 0, occasion))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(seed::STEP);
        seed::mixed(self.0)
    }

    /// A whole number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of the remainder is far below what this play can show.
        self.next() % end.max(1)
    }

    /// A whole number from `low` to `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).unwrap_or(0) + 1;
        low + self.below(width) as i64
    }

    /// Whether something happens that happens so often in a hundred times.
    pub fn happens(&mut self, per_cent: u32) -> bool {
        self.below(100) < u64::from(per_cent)
    }

    /// One of several, each as often as its weight says.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T], weight: impl Fn(&T) -> u32) -> Option<&'a T> {
        let sum = choices.iter().map(|choice| u64::from(weight(choice))).sum();
        let mut left = self.below(sum);
        choices.iter().find(|choice| {
            let weight = u64::from(weight(choice));
            if left < weight {
                return true;
            }
            left -= weight;
            false
        })
    }

    /// Some time around a median: from two fifths of it to five halves, as often
    /// shorter as longer.
    pub fn around(&mut self, median: u32) -> u32 {
        const PER_MILLE: [u64; 9] = [400, 500, 630, 800, 1_000, 1_260, 1_580, 2_000, 2_500];
        let factor = PER_MILLE[self.below(PER_MILLE.len() as u64) as usize];
        u32::try_from(u64::from(median) * factor / 1_000).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_draws_the_same_and_another_does_not() {
        let draws = |subject: &str| {
            let mut chance = Chance::about("test", subject, "look");
            [(); 4].map(|()| chance.below(1_000))
        };
        assert_eq!(draws("N-0001"), draws("N-0001"));
        assert_ne!(draws("N-0001"), draws("N-0002"));
    }

    #[test]
    fn draws_are_as_frequent_as_they_should_be() {
        let mut chance = Chance::about("test", "all", "frequency");
        let happened = (0..10_000).filter(|_| chance.happens(30)).count();
        assert!((2_800..3_200).contains(&happened), "{happened}");
        let weights = [1_u32, 3];
        let second = (0..10_000)
            .filter(|_| chance.one_of(&weights, |weight| *weight) == Some(&3))
            .count();
        assert!((7_300..7_700).contains(&second), "{second}");
        let mut around: Vec<u32> = (0..1_001).map(|_| chance.around(100)).collect();
        around.sort_unstable();
        assert_eq!((around[0], around[500], around[1_000]), (40, 100, 250));
    }
}
