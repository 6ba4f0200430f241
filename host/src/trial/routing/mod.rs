//! What a variant's qualification, matching and escalation would have decided about the
//! leads of history, each asked with what was known when it came in.
//!
//! `course` is what became of a lead, `counts` makes a qualification's counts of earlier
//! leads, `known` what was known at an instant, `replay` asks; `judged`, `offers` and
//! `ladder` say what the answers come to.

pub mod counts;
mod course;
pub mod judged;
pub(super) mod known;
pub mod ladder;
pub mod offers;
mod replay;

use serde::{Deserialize, Serialize};

pub use course::{Course, Ending, courses};
pub use known::number;
pub use replay::replay;

use super::ledger::Failure;
use ladder::Ladder;
use offers::Share;

/// What a variant has answered; nothing where no variant has other rules of routing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Routing {
    /// The leads that were asked about, in the order in which they came in.
    pub leads: Vec<Decided>,
    /// Each partner that was eligible at least once, by code.
    pub partners: Vec<Share>,
    /// What was done about the leads that would have gone out.
    pub ladder: Ladder,
    pub failures: Vec<Failure>,
}

/// A lead with what would have become of it, and what did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decided {
    pub lead: String,
    /// The local day.
    pub received: String,
    pub ending: Ending,
    /// Code of the partner that really had it last.
    pub holder: Option<String>,
    pub answer: Answer,
    /// The answer's code, or that of the error.
    pub assessed: String,
    /// In thousandths.
    pub score: Option<i64>,
    pub temperature: Option<String>,
    /// Codes of the first wave, best first.
    pub offered: Vec<String>,
}

/// Whether a lead goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Qualified,
    /// It rests, is asked back about, merged or rejected.
    HeldBack,
    /// The policy had nothing to say, or failed.
    None,
}
