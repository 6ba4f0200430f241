//! Questions and answers of the package `matching`.

use super::bindings::matching::exports::stellwerk::matching::policy as wit;
use super::shared::{assessed, lead, open_case_back, reasons_back, table, terms_back, texts_back};
use super::words::{Decoder, Encoder, Invalid};
use crate::policy::question::{RankInput, Ranking};

pub fn rank_input<'a>(words: &mut Encoder<'a>, input: &'a RankInput) -> wit::RankInput {
    wit::RankInput {
        lead: lead(words, &input.lead),
        assessed: assessed(words, &input.assessed),
        wave: input.wave,
        candidates: table(words, &input.candidates),
    }
}

pub fn ranking(words: &Decoder<'_>, rows: usize, answer: wit::Ranking) -> Result<Ranking, Invalid> {
    Ok(Ranking {
        outcome: open_case_back(words, &answer.outcome)?,
        groups: answer.groups,
        excluded: texts_back(words, "excluded", &answer.excluded)?,
        scores: answer.scores,
        terms: terms_back(words, rows, answer.terms)?,
        counters: answer.counters,
        reasons: reasons_back(words, &answer.reasons)?,
    })
}
