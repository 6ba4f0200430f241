//! What a candidate has answered, beside what is in force or in its place.

use crate::domain::ids::{ContractId, DecisionId, LeadId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;

/// Whose answer it is, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A candidate's that was asked beside what is in force, and not followed.
    Shadow,
    /// A candidate's that was acted on.
    Canary,
    /// That of what is in force, asked beside a canary to compare both.
    Incumbent,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Shadow, Self::Canary, Self::Incumbent];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Canary => "canary",
            Self::Incumbent => "incumbent",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// An answer, filed under the candidate that is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateAnswer {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    /// The candidate's, whoever has answered.
    pub generation: i64,
    /// UUIDv7; of a component of money that of the event, of the wish that it was woken
    /// for, or of the period.
    pub id: String,
    pub role: Role,
    /// What is in force.
    pub incumbent: Option<i64>,
    /// The decision that it stands beside, or is.
    pub decision: Option<DecisionId>,
    pub lead: Option<LeadId>,
    /// Who holds the lead, claims it or is paid.
    pub partner: Option<PartnerId>,
    pub function: String,
    /// `ok`, `not-applicable`, or a code of the closed list of errors.
    pub outcome: String,
    /// Whether the same would be done; none where there is nothing to compare with.
    pub agrees: Option<bool>,
    /// What differs, for people: it may be numbers alone that nothing follows from.
    pub difference: String,
    pub fuel: i64,
    /// The call by the wall clock, without the wait for a slot.
    pub micros: i64,
    /// The same of the answer that it is compared with.
    pub other_fuel: Option<i64>,
    pub other_micros: Option<i64>,
    pub product: Option<String>,
    pub country: Option<String>,
    /// The first two characters of the postcode.
    pub region: Option<String>,
    /// Minor units that the candidate would have paid more.
    pub value_difference: Option<i64>,
    /// Deterministic CBOR of the question; empty where it is the decision's.
    pub input: Vec<u8>,
    /// Deterministic CBOR of the answer; empty where there is none.
    pub output: Vec<u8>,
    pub asked_at: Micros,
}

/// Questions that a candidate was not asked for lack of room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    pub generation: i64,
    /// UUIDv7.
    pub id: String,
    pub questions: i64,
    pub at: Micros,
}

/// What a component of money would have paid in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateLedger {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    pub generation: i64,
    pub period: String,
    /// Of the last event that counts.
    pub position: i64,
    pub outcome: LedgerOutcome,
    pub computed_at: Micros,
}

/// How what a candidate would have paid differs from what comes of what is in force,
/// both as if the period closed now.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct LedgerOutcome {
    /// Events that one of both was asked about.
    pub events: i64,
    /// Those among them that woke the candidate.
    pub wake_ups: i64,
    /// Whether both have settled the period.
    pub is_settled: bool,
    pub differences: Vec<LedgerDifference>,
    /// Whether there was more than is looked at or kept.
    pub is_cut: bool,
}

/// What a partner gets of either in one unit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LedgerDifference {
    pub partner: PartnerId,
    pub unit: String,
    pub in_force: i64,
    pub candidate: i64,
}
