//! What is decided, on plain data.

use stellwerk_plugin_sdk::prelude::*;

/// Who is near, and how many are asked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Partners asked at once.
    pub wave_size: u32,
    /// Partners farther away are not asked.
    pub kilometres_max: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            wave_size: 3,
            kilometres_max: 150,
        }
    }
}

/// Offers leads to the nearest partners.
pub struct Nearest {
    config: Config,
    distance: Word,
    this_cycle: Word,
    declined: Word,
    offered: Word,
    lapsed: Word,
    blocked_until: Word,
    leave_until: Word,
}

impl Policy for Nearest {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            env!("CARGO_PKG_NAME"),
            // `stellwerk plugin dev` gives each build a version of its own.
            option_env!("STELLWERK_PLUGIN_VERSION").unwrap_or(env!("CARGO_PKG_VERSION")),
            "Offers leads to the nearest partners.",
        )
        .reason(
            "too-far",
            "Too far away, or its place is not known.",
            "Zu weit entfernt, oder der Ort ist nicht bekannt.",
        )
        .reason(
            "asked-before",
            "Has been asked in this round already.",
            "Wurde in dieser Runde bereits gefragt.",
        )
        .reason(
            "away",
            "Is on leave or blocked.",
            "Ist im Urlaub oder gesperrt.",
        )
        .reason("nearness", "How near it is.", "Wie nah der Partner ist.")
        .golden(include_str!("../golden/example.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        for (pointer, number) in [
            ("/wave-size", config.wave_size),
            ("/kilometres-max", config.kilometres_max),
        ] {
            if number == 0 {
                problems.push(Problem::at(pointer, "is 0: nobody would be asked"));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // What no word names here is not passed.
        Ok(Self {
            config,
            distance: Word::of("distance-km"),
            this_cycle: Word::of("this-cycle"),
            declined: Word::of("declined"),
            offered: Word::of("offered"),
            lapsed: Word::of("lapsed"),
            blocked_until: Word::of("blocked-until"),
            leave_until: Word::of("leave-until"),
        })
    }
}

impl Matching for Nearest {
    fn rank(&self, context: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
        let candidates = &input.candidates;
        let mut ranking = Ranking::of(candidates);
        let distance = candidates.numbers(self.distance);
        let this_cycle = candidates.texts(self.this_cycle);
        let blocked_until = candidates.integers(self.blocked_until);
        let leave_until = candidates.integers(self.leave_until);
        let maximum = f64::from(self.config.kilometres_max);
        let away = |until: Option<i64>| until.is_some_and(|until| until > context.now.micros);

        for row in 0..candidates.len() {
            if this_cycle
                .get(row)
                .is_some_and(|state| [self.declined, self.offered, self.lapsed].contains(&state))
            {
                ranking.exclude(row, "asked-before");
            }
            if away(blocked_until.get(row)) || away(leave_until.get(row)) {
                ranking.exclude(row, "away");
            }
            match distance.get(row) {
                Some(kilometres) if kilometres <= maximum => {
                    if ranking.is_eligible(row) {
                        let nearness = 1_000.0 * (1.0 - kilometres / maximum);
                        ranking.score(row, nearness.round() as i64);
                    }
                }
                _ => ranking.exclude(row, "too-far"),
            }
        }

        let scores: Vec<i64> = (0..candidates.len())
            .map(|row| ranking.score_of(row))
            .collect();
        let mut order = ranking.eligible();
        // Equally near: as good as drawn, and the same for the same lead.
        order.sort_by_key(|row| {
            let key = candidates.key(*row);
            (-scores[*row], context.draw(key), key)
        });
        for wave in order.chunks(self.config.wave_size as usize) {
            ranking.offer(wave.iter().copied());
        }
        ranking.term("nearness", scores);
        Ok(ranking)
    }
}

#[cfg(test)]
mod tests {
    use stellwerk_plugin_sdk::{Column, testing};

    use super::*;

    /// Partners 1, 2, 3 … so many kilometres away.
    fn ranked(kilometres: &[Option<f64>]) -> Ranking {
        let keys: Vec<u64> = (1..=kilometres.len() as u64).collect();
        let input = RankInput {
            wave: 1,
            candidates: Table::of(keys)
                .with("distance-km", Column::numbers(kilometres.iter().copied())),
            ..RankInput::default()
        };
        testing::default::<Nearest>()
            .rank(&Context::default(), &input)
            .unwrap()
    }

    #[test]
    fn the_golden_example_comes_out() {
        testing::golden_matching::<Nearest>();
    }

    #[test]
    fn the_nearest_are_asked_first() {
        let ranking = ranked(&[Some(90.0), Some(10.0), Some(50.0), Some(120.0)]);
        assert_eq!(ranking.groups(), [vec![1, 2, 0], vec![3]]);
    }

    #[test]
    fn who_is_too_far_or_nowhere_is_not_asked() {
        let ranking = ranked(&[Some(151.0), None, Some(150.0)]);
        assert_eq!(ranking.excluded_by(0), Some(Word::of("too-far")));
        assert_eq!(ranking.excluded_by(1), Some(Word::of("too-far")));
        assert_eq!(ranking.groups(), [vec![2]]);
    }
}
