//! The text of a ranking: as much as this policy answers with, which is neither
//! attributes nor arguments of reasons.

use serde::{Serialize, Serializer};
use stellwerk_plugin_sdk::matching::Ranking;
use stellwerk_plugin_sdk::{PolicyError, Reason, Word};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Answer<'a> {
    Given(Given<'a>),
    NotApplicable(Word),
}

#[derive(Serialize)]
struct Given<'a> {
    outcome: Outcome,
    groups: &'a [Vec<u32>],
    excluded: Vec<Word>,
    scores: Vec<i64>,
    #[serde(serialize_with = "terms")]
    terms: &'a [(Word, Vec<i64>)],
    counters: &'a [i64],
    reasons: Vec<WrittenReason>,
}

#[derive(Serialize)]
struct Outcome {
    code: Word,
}

#[derive(Serialize)]
struct WrittenReason {
    code: Word,
    weight: i64,
}

/// Writes what was answered about so many candidates.
pub fn write(rows: usize, answered: Result<Ranking, PolicyError>) -> Result<String, String> {
    let text = match &answered {
        Ok(ranking) => serde_json::to_string(&Answer::Given(given(rows, ranking))),
        Err(PolicyError::NotApplicable(code)) => {
            serde_json::to_string(&Answer::NotApplicable(*code))
        }
        Err(PolicyError::InvalidInput(text) | PolicyError::Internal(text)) => {
            return Err(text.clone());
        }
    };
    text.map_err(|error| error.to_string())
}

fn given(rows: usize, ranking: &Ranking) -> Given<'_> {
    let reason = |reason: &Reason| WrittenReason {
        code: reason.code,
        weight: reason.weight,
    };
    Given {
        outcome: Outcome {
            code: ranking.outcome(),
        },
        groups: ranking.groups(),
        excluded: (0..rows)
            .map(|row| ranking.excluded_by(row).unwrap_or_default())
            .collect(),
        scores: (0..rows).map(|row| ranking.score_of(row)).collect(),
        terms: ranking.terms(),
        counters: ranking.counters(),
        reasons: ranking.reasons.iter().map(reason).collect(),
    }
}

fn terms<S: Serializer>(terms: &[(Word, Vec<i64>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(terms.iter().map(|(name, each)| (name, each)))
}
