//! A contact with an interest: what a partner sees before the claim (the
//! teaser) and the person behind it (the contact), kept apart.

use super::attribute::Attributes;
use super::ids::{ContractId, CustomerId, DecisionId, LeadId, ManufacturerId, PartnerId};
use super::lifecycle::State;
use super::temperature::Temperature;
use super::time::Micros;

/// A lead without the person.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    pub manufacturer: ManufacturerId,
    pub id: LeadId,
    pub contract: ContractId,
    /// The sender's own identifier, unique in the contract.
    pub external_id: Option<String>,
    /// Counts the changes; a commit checks it.
    pub version: i64,
    pub state: State,
    /// Rounds through the lead's life; the first is 1.
    pub cycle: u32,
    /// With which generations the cycle began.
    pub began_with: BeganWith,
    pub received_at: Micros,
    pub teaser: Teaser,
    pub customer: Option<CustomerId>,
    /// A qualifier's answers by question code.
    pub answers: Attributes,
    /// What qualification found; none before.
    pub assessed: Option<Assessed>,
    /// Qualification allows this partner only.
    pub routed_to: Option<PartnerId>,
    /// The lead that this one was merged into.
    pub merged_into: Option<LeadId>,
    /// The wave that is out; 0 before the first of the cycle.
    pub wave: u32,
    /// Where the escalation policy has put the lead on its ladder.
    pub step: u32,
    /// Set while the lead waits for a person.
    pub manual: Option<Manual>,
    /// Who holds the claim now.
    pub holder: Option<PartnerId>,
    /// The agency that sent it in; none where the manufacturer did.
    pub sent_by: Option<PartnerId>,
    pub qualified_at: Option<Micros>,
    pub claimed_at: Option<Micros>,
    /// First contact attempt, care contact or outcome of this cycle.
    pub first_worked_at: Option<Micros>,
    pub last_feedback_at: Option<Micros>,
    /// When the holder owes the next feedback.
    pub feedback_due_at: Option<Micros>,
    pub ended_at: Option<Micros>,
}

/// The generations of routing with which a lead's cycle began; none where it was
/// not kept: what is in force counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BeganWith {
    pub qualification: Option<i64>,
    pub matching: Option<i64>,
    pub escalation: Option<i64>,
}

/// What a partner sees before the claim; no personal data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Teaser {
    /// A product code of the terms.
    pub product: Option<String>,
    /// A source code of the terms: how the lead came in.
    pub source: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub postcode: Option<String>,
    /// Minor units of the contract's currency.
    pub value: Option<i64>,
    /// Declared attributes that are not personal.
    pub attributes: Attributes,
    /// Where the lead comes from, in words, told to the partner as it is.
    pub provenance: Option<String>,
}

/// What qualification found, for the policies after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessed {
    pub temperature: Option<Temperature>,
    /// Thousandths.
    pub score: i64,
    /// Minor units of the contract's currency.
    pub expected_value: Option<i64>,
    pub attributes: Attributes,
    /// The decision that found it; none where a person released the lead.
    pub decision: Option<DecisionId>,
}

/// Why a lead waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Manual {
    pub stage: Stage,
    /// A code of the closed list of errors, or of an outcome.
    pub code: String,
    /// What happened, for the person who releases the lead.
    pub detail: String,
    pub since: Micros,
}

/// Which question could not be answered; a release with "try again" asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Assess,
    Rank,
    Escalate,
}

impl Stage {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assess => "assess",
            Self::Rank => "rank",
            Self::Escalate => "escalate",
        }
    }

    /// The stage of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Assess, Self::Rank, Self::Escalate]
            .into_iter()
            .find(|stage| stage.as_str() == text)
    }
}

/// The person behind a lead: shown to the claimer, to the manufacturer, and to
/// those above the claimer only if the terms say so. Never passed to a policy, but for
/// the note, where the terms allow free text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Attributes that the terms declare personal.
    pub attributes: Attributes,
}

/// Something the contact did, such as a download or a visit to a fair.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// A code of the terms or the sender.
    pub code: String,
    pub occurred_at: Micros,
    pub attributes: Attributes,
}
