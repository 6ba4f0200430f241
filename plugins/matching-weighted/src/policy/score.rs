//! Who is asked first: score = sum(weight * criterion) / sum(weight), each
//! criterion in thousandths.

use stellwerk_plugin_sdk::prelude::*;

use super::WeightedMatching;

/// Beyond this, counts are taken as this, so that nothing overflows.
const COUNT_MAX: i64 = 1_000_000_000;

impl WeightedMatching {
    /// Scores all; every term is told for those that are left out, too.
    pub(super) fn score(&self, input: &RankInput, ranking: &mut Ranking) {
        let weights = &self.config.weights;
        let criteria: [(&str, i64, Vec<i64>); 6] = [
            ("distance", weights.distance, self.nearness(input)),
            ("certificates", weights.certificates, self.certified(input)),
            ("level", weights.level, self.standing(input)),
            ("conversion", weights.conversion, self.conversion(input)),
            ("capacity", weights.capacity, self.free_capacity(input)),
            ("diligence", weights.diligence, self.diligence(input)),
        ];
        let sum: i64 = criteria.iter().map(|(_, weight, _)| weight).sum();
        let mut scores = vec![0; input.candidates.len()];
        for (name, weight, values) in criteria {
            if weight == 0 {
                continue;
            }
            let contributions: Vec<i64> = values.iter().map(|value| value * weight / sum).collect();
            for (score, contribution) in scores.iter_mut().zip(&contributions) {
                *score += contribution;
            }
            ranking.term(name, contributions);
        }
        for (row, score) in scores.into_iter().enumerate() {
            if ranking.is_eligible(row) {
                ranking.score(row, score);
            }
        }
    }

    /// 1000 * max(0, 1 - d / dmax); half of it where the distance is not known.
    fn nearness(&self, input: &RankInput) -> Vec<i64> {
        let distance = input.candidates.numbers(self.columns.distance);
        rows(input, |row| match distance.get(row) {
            Some(km) => (1_000.0 * (1.0 - km / self.config.distance_km_max).max(0.0)) as i64,
            None => 500,
        })
    }

    fn certified(&self, input: &RankInput) -> Vec<i64> {
        let asked = self.certificates_asked(input);
        let held = input.candidates.sets(self.columns.certificates);
        rows(input, |row| {
            if asked.is_empty() {
                return 1_000;
            }
            let count = asked.iter().filter(|asked| held.has(row, **asked)).count();
            (count * 1_000 / asked.len()) as i64
        })
    }

    fn standing(&self, input: &RankInput) -> Vec<i64> {
        let level = input.candidates.texts(self.columns.level);
        let highest = self.levels.len().saturating_sub(1).max(1);
        rows(input, |row| {
            let position = level
                .get(row)
                .and_then(|level| self.levels.iter().position(|known| *known == level))
                .unwrap_or(0);
            (position * 1_000 / highest) as i64
        })
    }

    /// (won + n0 * p0) / (n + n0), of the claims of the last year.
    fn conversion(&self, input: &RankInput) -> Vec<i64> {
        let won = input.candidates.integers(self.columns.won);
        let claimed = input.candidates.integers(self.columns.claimed);
        let smoothing = self.config.conversion_smoothing;
        rows(input, |row| {
            let n = claimed.get(row).unwrap_or(0).clamp(0, COUNT_MAX) + smoothing;
            if n == 0 {
                return self.config.conversion_expected;
            }
            let won = won.get(row).unwrap_or(0).clamp(0, COUNT_MAX);
            ((won * 1_000 + smoothing * self.config.conversion_expected) / n).min(1_000)
        })
    }

    /// All of it where there is no limit.
    fn free_capacity(&self, input: &RankInput) -> Vec<i64> {
        let capacity = input.candidates.integers(self.columns.capacity);
        let used = input.candidates.integers(self.columns.capacity_used);
        rows(input, |row| match capacity.get(row) {
            Some(capacity) if capacity > 0 => {
                let capacity = capacity.min(COUNT_MAX);
                let free = (capacity - used.get(row).unwrap_or(0).clamp(0, COUNT_MAX)).max(0);
                free * 1_000 / capacity
            }
            Some(_) => 0,
            None => 1_000,
        })
    }

    /// A partner without any claim yet is taken as diligent.
    fn diligence(&self, input: &RankInput) -> Vec<i64> {
        let share = input.candidates.integers(self.columns.within_sla);
        let claimed = input.candidates.integers(self.columns.claimed);
        rows(input, |row| {
            if claimed.get(row).unwrap_or(0) == 0 {
                return 1_000;
            }
            share.get(row).unwrap_or(0).clamp(0, 1_000)
        })
    }
}

fn rows(input: &RankInput, value: impl Fn(usize) -> i64) -> Vec<i64> {
    (0..input.candidates.len()).map(value).collect()
}
