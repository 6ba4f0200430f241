//! Questions to policies and their answers, as the host speaks of them: plain
//! types with names where the interface has numbers. They follow the WIT
//! records one by one, but are the same for every interface version.
//!
//! Each has two writings: JSON for people (64-bit integers as decimal strings,
//! attributes as an object, tables by name) and deterministic CBOR for receipts;
//! see [`crate::policy::canonical`].

pub mod compensation;
pub mod escalation;
pub mod matching;
mod objection;
pub mod qualification;
pub mod shared;
pub mod table;
pub mod time;
pub mod vocabulary;
mod wide;

use serde::{Deserialize, Serialize};

pub use compensation::{
    AwardInput, Balance, Customer, Deal, EarlierPosting, Earnings, Holder, Line, Notice, PaidEvent,
    Payee, Period, Posting, SettleInput, Settlement,
};
pub use escalation::{
    Admission, AdmitInput, EscalateInput, Escalation, Offer, StageMedian, Verdict,
};
pub use matching::{RankInput, Ranking};
pub use qualification::{
    AssessInput, Assessment, ContactField, Duplicate, Ending, FieldState, RegisteredDeal,
};
pub use shared::{
    Age, Assessed, Attribute, Attributes, Context, Coordinate, Instant, Lead, OpenCase, Partner,
    PastEvent, Reason, Terms, Value, WakeUp,
};
pub use table::{Column, Sets, Table, Texts};
pub use vocabulary::Vocabulary;

use super::error::{Code, PolicyError};
use super::kind::Function;
use super::manifest::Manifest;

/// What a policy is asked, as receipts keep it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question<I> {
    pub context: Context,
    pub input: I,
}

/// What a policy has answered, as receipts keep it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<A> {
    Given(A),
    /// The policy has nothing to say, and the contract's default follows. The
    /// text is a reason code of the manifest.
    NotApplicable(String),
}

impl<A> Answer<A> {
    /// The answer, where one was given.
    pub fn given(self) -> Option<A> {
        match self {
            Self::Given(answer) => Some(answer),
            Self::NotApplicable(_) => None,
        }
    }
}

/// An input of one of the six functions.
pub trait Input: Serialize + Clone + Send + Sync + 'static {
    const FUNCTION: Function;
    type Answer: Serialize + Send + 'static;

    /// Leaves out what the vocabulary does not name, so that a policy is told
    /// exactly what it reads.
    fn keep_named(&mut self, vocabulary: &Vocabulary);

    /// Candidates or partners: what limits grow with.
    fn rows(&self) -> usize {
        0
    }

    /// Whether the input is whole: what its type cannot say.
    fn check(&self) -> Result<(), PolicyError> {
        Ok(())
    }

    /// What breaks the interface's rules in an answer to this input; none where
    /// nothing does.
    fn objection(&self, manifest: &Manifest, answer: &Self::Answer) -> Option<String>;

    /// Whether the policy is told what people wrote.
    fn has_free_text(&self) -> bool {
        false
    }

    /// Whether an answer may repeat it; asked where there is some.
    fn is_repeated(&self, _: &Manifest, _: &Vocabulary, _: &Self::Answer) -> bool {
        false
    }
}

fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> PolicyError {
    PolicyError::at(
        Code::InputInvalid,
        vec![super::error::Problem {
            pointer: pointer.into(),
            message: message.into(),
        }],
    )
}
