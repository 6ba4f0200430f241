//! A lead shown to a partner, with a deadline; and the exclusive take of it.

use super::ids::{
    ClaimId, ContractId, DecisionId, LeadId, ManufacturerId, OfferId, PartnerId, UserId,
};
use super::time::Micros;

/// A lead shown to one partner in one wave.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub manufacturer: ManufacturerId,
    pub id: OfferId,
    pub contract: ContractId,
    pub lead: LeadId,
    pub cycle: u32,
    pub wave: u32,
    pub partner: PartnerId,
    pub state: OfferState,
    pub offered_at: Micros,
    /// Until when the first valid claim wins; none: until something else ends it.
    pub until: Option<Micros>,
    pub ended_at: Option<Micros>,
    /// Thousandths.
    pub score: i64,
    pub decline: Option<Decline>,
    /// The ranking it came from; none where a person made the offer.
    pub decision: Option<DecisionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    Open,
    /// This partner took the lead.
    Claimed,
    /// Another partner took it, or the lead's cycle ended.
    Withdrawn,
    /// The deadline passed.
    Lapsed,
    /// Lapsed, but may still be claimed for a while.
    Reopened,
    Declined,
    /// Claimed and taken back.
    Recalled,
}

impl OfferState {
    const ALL: [Self; 7] = [
        Self::Open,
        Self::Claimed,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Reopened,
        Self::Declined,
        Self::Recalled,
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Reopened => "reopened",
            Self::Declined => "declined",
            Self::Recalled => "recalled",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the partner sees the lead and may claim it.
    pub fn may_be_claimed(self) -> bool {
        matches!(self, Self::Open | Self::Reopened)
    }
}

/// A normal step: the partner leaves the lead to others.
#[derive(Clone, Debug, PartialEq)]
pub struct Decline {
    pub reason: DeclineReason,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclineReason {
    BadLead,
    NotForMe,
    NoCapacity,
}

impl DeclineReason {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadLead => "bad-lead",
            Self::NotForMe => "not-for-me",
            Self::NoCapacity => "no-capacity",
        }
    }

    /// The reason of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::BadLead, Self::NotForMe, Self::NoCapacity]
            .into_iter()
            .find(|reason| reason.as_str() == text)
    }
}

/// The exclusive take of a lead. The store holds at most one open per lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub manufacturer: ManufacturerId,
    pub id: ClaimId,
    pub contract: ContractId,
    pub lead: LeadId,
    pub cycle: u32,
    pub partner: PartnerId,
    pub offer: Option<OfferId>,
    /// The person who claimed; none for an assignment.
    pub user: Option<UserId>,
    pub claimed_at: Micros,
    /// First contact attempt, care contact or outcome.
    pub first_worked_at: Option<Micros>,
    pub last_feedback_at: Option<Micros>,
    pub feedback_due_at: Option<Micros>,
    pub ended_at: Option<Micros>,
    pub ending: Option<ClaimEnding>,
    /// The admission.
    pub decision: Option<DecisionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimEnding {
    Won,
    Lost,
    Recalled,
    Nurtured,
    Released,
    /// The person behind the lead was forgotten.
    Erased,
}

impl ClaimEnding {
    const ALL: [Self; 6] = [
        Self::Won,
        Self::Lost,
        Self::Recalled,
        Self::Nurtured,
        Self::Released,
        Self::Erased,
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Recalled => "recalled",
            Self::Nurtured => "nurtured",
            Self::Released => "released",
            Self::Erased => "erased",
        }
    }

    /// The ending of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.as_str() == text)
    }
}
