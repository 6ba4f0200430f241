//! A partner does not agree with a line of its statement, and is answered. Both are
//! kept for good.

use super::ids::{
    ContractId, DealId, DisputeId, LeadId, ManufacturerId, PartnerId, PostingId, TokenId,
};
use super::time::Micros;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    pub manufacturer: ManufacturerId,
    pub id: DisputeId,
    pub contract: ContractId,
    pub partner: PartnerId,
    pub posting: PostingId,
    /// Counts those of a posting: one is open at a time.
    pub number: i64,
    /// Of the posting.
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    /// In the partner's words.
    pub complaint: String,
    pub opened_at: Micros,
    pub opened_by: Option<TokenId>,
}

/// By a reason, by what puts it right, or by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeAnswer {
    pub manufacturer: ManufacturerId,
    pub dispute: DisputeId,
    pub reason: Option<String>,
    pub corrections: Vec<PostingId>,
    pub answered_at: Micros,
    pub answered_by: Option<TokenId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeState {
    Open,
    Answered,
}

impl DisputeState {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Answered]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A dispute with what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disputed {
    pub dispute: Dispute,
    /// None: it is open.
    pub answer: Option<DisputeAnswer>,
}

impl Disputed {
    pub fn state(&self) -> DisputeState {
        match self.answer {
            None => DisputeState::Open,
            Some(_) => DisputeState::Answered,
        }
    }
}
