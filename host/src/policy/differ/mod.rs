//! What two policies would do differently: two answers to one question, two
//! configurations, and what two plugins say of themselves. As data that can be
//! counted, and in words.

mod answers;
pub mod document;
pub mod manifest;
#[cfg(test)]
mod tests;
mod told;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::canonical::CanonicalError;
use super::kind::Function;
use super::manifest::Manifest;

/// Names of a list that are written out.
const NAMES_MAX: usize = 5;

/// What came of a question.
#[derive(Clone, Copy, Debug)]
pub enum Said<'a> {
    /// Deterministic CBOR, as receipts keep it.
    Answer(&'a [u8]),
    /// A code of the closed list of errors.
    Failed(&'a str),
    /// It cannot be asked, for what reason.
    Unasked(&'a str),
}

impl<'a> Said<'a> {
    /// As a receipt keeps outcome and output.
    pub fn of(outcome: &'a str, output: &'a [u8]) -> Self {
        match output.is_empty() {
            true => Self::Failed(outcome),
            false => Self::Answer(output),
        }
    }
}

/// Whose names stand in the words.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The name of the partner that policies know by that key.
    pub partner: &'a dyn Fn(u64) -> String,
    /// Of either plugin: says what accounts hold.
    pub manifest: &'a Manifest,
    /// ISO 4217.
    pub currency: &'a str,
}

/// One thing that would be done differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    pub what: What,
    /// What the first answer has that the second has not; empty where nothing.
    pub before: String,
    /// What the second answer has that the first has not.
    pub after: String,
}

/// In what two answers differ.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Whether there is one.
    Answer,
    Outcome,
    Temperature,
    ExpectedValue,
    /// The partners who are asked now.
    Asked,
    Actions,
    Deadlines,
    /// Where the lead stands on the ladder.
    Step,
    Verdict,
    /// What would unlock a claim that both refuse.
    Unlocks,
    Postings,
    WakeUps,
    Notices,
}

impl What {
    pub const ALL: [Self; 13] = [
        Self::Answer,
        Self::Outcome,
        Self::Temperature,
        Self::ExpectedValue,
        Self::Asked,
        Self::Actions,
        Self::Deadlines,
        Self::Step,
        Self::Verdict,
        Self::Unlocks,
        Self::Postings,
        Self::WakeUps,
        Self::Notices,
    ];

    /// Whether something else is done at once; the others are words and numbers that
    /// policies are told later.
    pub fn is_flip(self) -> bool {
        !matches!(
            self,
            Self::ExpectedValue | Self::Step | Self::Unlocks | Self::WakeUps | Self::Notices
        )
    }

    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Outcome => "outcome",
            Self::Temperature => "temperature",
            Self::ExpectedValue => "expected-value",
            Self::Asked => "asked",
            Self::Actions => "actions",
            Self::Deadlines => "deadlines",
            Self::Step => "step",
            Self::Verdict => "verdict",
            Self::Unlocks => "unlocks",
            Self::Postings => "postings",
            Self::WakeUps => "wake-ups",
            Self::Notices => "notices",
        }
    }
}

/// In what two answers to a question differ, as far as anything follows from it.
/// Reasons, scores, counters and later waves do nothing by themselves, and do not
/// count.
///
/// # Errors
/// What cannot be read as question and answers of the function.
pub fn differences(
    names: Names<'_>,
    function: Function,
    question: &[u8],
    before: Said<'_>,
    after: Said<'_>,
) -> Result<Vec<Difference>, CanonicalError> {
    answers::compare(names, function, question, before, after)
}

/// Whether something else would be done at once: what a flip is, wherever two are
/// compared by their answers. What is paid is compared by what is booked in the end
/// (`pay/candidate.rs`).
pub fn flips(differences: &[Difference]) -> bool {
    differences.iter().any(|one| one.what.is_flip())
}

impl Difference {
    /// None where both are the same.
    fn of(what: What, before: String, after: String) -> Option<Self> {
        (before != after).then_some(Self {
            what,
            before,
            after,
        })
    }
}

/// In words.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            before,
            after,
        } = self;
        let or_none = |text: &str| match text {
            "" => "none".to_owned(),
            text => text.to_owned(),
        };
        match (what, before.as_str(), after.as_str()) {
            (What::Asked, "", after) => write!(f, "asks {after}, too"),
            (What::Asked, before, "") => write!(f, "does not ask {before}"),
            (What::Asked, before, after) => write!(f, "asks {after}, not {before}"),
            _ => write!(
                f,
                "{}: {}, was {}",
                what.as_str(),
                or_none(after),
                or_none(before)
            ),
        }
    }
}

/// A list of names, the first of them written out.
fn listed(names: &[String]) -> String {
    let (shown, rest) = names.split_at(names.len().min(NAMES_MAX));
    match rest.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
