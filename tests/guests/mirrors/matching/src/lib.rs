//! A policy of matching that answers with all that it was told.

#[path = "../../told.rs"]
mod told;

use stellwerk_plugin_sdk::prelude::*;

pub struct Mirror;

impl Policy for Mirror {
    type Config = told::Config;

    fn manifest() -> Manifest {
        told::manifest("matching").counter("turns")
    }

    fn configure(_config: told::Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        told::configure();
        Ok(Self)
    }
}

impl Matching for Mirror {
    fn rank(&self, context: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
        let mut ranking = Ranking::of(&input.candidates);
        let rows = input.candidates.len();
        let numbers = || (1_i64..).take(rows).collect::<Vec<_>>();
        for row in (1..rows).step_by(3) {
            ranking.exclude(row, "told");
        }
        for row in ranking.eligible() {
            ranking.score(row, -1);
            ranking.offer([row]);
        }
        ranking.term("part", numbers());
        ranking.count(numbers());
        ranking.tell(told::attributes());
        ranking.reasons = told::reasons(context, input);
        Ok(ranking)
    }
}

stellwerk_plugin_sdk::export!(matching: Mirror);
