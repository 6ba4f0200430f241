//! What one command wants committed, together or not at all, and what its
//! decision rested on.

use crate::domain::access::{Membership, Token, User};
use crate::domain::audit::AuditEntry;
use crate::domain::contract::{Binding, Contract, Manufacturer, TermsVersion};
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::deal::Deal;
use crate::domain::decision::Decision;
use crate::domain::happening::Event;
use crate::domain::ids::{ContractId, DeadlineId, DealId, LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::{Activity, Contact, Lead};
use crate::domain::ledger::{Lane, PeriodRecord, PeriodState, Posting};
use crate::domain::measure::Measure;
use crate::domain::offer::{Claim, Offer};
use crate::domain::partner::{Participant, Partner, Place};
use crate::domain::plugin::PluginRecord;
use crate::domain::time::Micros;

/// One command's changes within one manufacturer. Rows are whole: what is
/// given replaces what is stored under the same key.
///
/// Invariant: every version that a change rests on is among its guards; the
/// commit compares them under the manufacturer's lock and refuses the command
/// as stale when one differs.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub guards: Vec<Guard>,
    /// The manufacturer itself, new or renamed.
    pub manufacturer: Option<Manufacturer>,
    /// The row's version is set by the commit: one more than was stored.
    pub leads: Vec<Lead>,
    pub contacts: Vec<(LeadId, Contact)>,
    /// Appended.
    pub activities: Vec<(LeadId, Activity)>,
    pub duplicate_keys: Vec<DuplicateKey>,
    pub offers: Vec<Offer>,
    pub claims: Vec<Claim>,
    pub deals: Vec<Deal>,
    /// In the order in which they get their positions.
    pub events: Vec<Event>,
    pub deadlines: Vec<DeadlineChange>,
    pub decisions: Vec<Decision>,
    pub partners: Vec<Partner>,
    pub participants: Vec<Participant>,
    pub contracts: Vec<Contract>,
    pub terms: Vec<TermsVersion>,
    pub bindings: Vec<Binding>,
    pub measures: Vec<Measure>,
    /// Contracts whose partners have changed in a way that offers rest on.
    pub partners_changed: Vec<ContractId>,
    /// Appended.
    pub postings: Vec<Posting>,
    pub periods: Vec<PeriodRecord>,
    pub lanes: Vec<Lane>,
    pub plugins: Vec<PluginRecord>,
    pub places: Vec<Place>,
    pub import_progress: Vec<ImportProgress>,
    /// Kept as they are where the address is known already.
    pub users: Vec<User>,
    pub memberships: Vec<Membership>,
    /// From an instant on; the user's tokens of that role end with it.
    pub memberships_ended: Vec<(Membership, Micros)>,
    pub tokens: Vec<Token>,
    /// Appended.
    pub audit: Vec<AuditEntry>,
    /// The answer to a request that carried an Idempotency-Key.
    pub answer: Option<KeptAnswer>,
}

/// Something that must still be as it was when the command was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Guard {
    /// The lead's version; none: there is no such lead yet.
    Lead(LeadId, Option<i64>),
    /// The version of a contract's participant.
    Participant(ContractId, PartnerId, i64),
    /// The partner has no footing in the contract yet.
    NewParticipant(ContractId, PartnerId),
    /// The version of a partner; none: there is no such partner yet.
    Partner(PartnerId, Option<i64>),
    /// The user still has it.
    Membership(Membership),
    /// The highest key that a partner of the manufacturer has.
    LastPartnerKey(ManufacturerId, i64),
    /// The version of a contract's partners as a whole.
    Partners(ContractId, i64),
    /// How many leads had used the duplicate key.
    DuplicateKey {
        contract: ContractId,
        digest: String,
        uses: i64,
    },
    /// No lead of the contract has this external identifier.
    NewExternalId(ContractId, String),
    /// The deal's version; none: there is no such deal yet.
    Deal(DealId, Option<i64>),
    /// The deadline is still open and leased to this host under this lease.
    Lease(DeadlineId, String),
    /// The version of the contract itself; none: there is no such contract yet.
    Contract(ContractId, Option<i64>),
    /// Nobody has used the Idempotency-Key yet.
    NewAnswer { actor: String, key: String },
    /// The version of the contract's lane: money is committed one after the other.
    Lane(ContractId, i64),
    /// The state of a period; none: there is no such yet.
    Period(ContractId, String, Option<PeriodState>),
}

/// Tells that two leads are likely the same. What agrees is kept as a digest.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateKey {
    pub contract: ContractId,
    /// email, phone, company-postcode.
    pub kind: String,
    /// SHA-256 of the normalised value, hexadecimal.
    pub digest: String,
    pub lead: LeadId,
}

/// What becomes of deadlines.
#[derive(Clone, Debug, PartialEq)]
pub enum DeadlineChange {
    /// Takes the place of the subject's open deadline of the same key.
    Set(Deadline),
    /// Drops the subject's open deadline of that key, if there is one.
    Drop {
        subject: Subject,
        contract: ContractId,
        key: String,
    },
    /// Drops every open escalation and wake deadline of the lead.
    DropAll { lead: LeadId },
    /// The leased deadline was dealt with.
    Done(DeadlineId),
}

/// An answer that is given again for the same Idempotency-Key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptAnswer {
    /// The token.
    pub actor: String,
    pub key: String,
    /// SHA-256 of method, path and body, hexadecimal.
    pub request_digest: String,
    pub status: u16,
    pub body: Vec<u8>,
    pub at: Micros,
}

/// A command for the writer.
#[derive(Clone, Debug)]
pub struct Command {
    pub manufacturer: ManufacturerId,
    pub changes: Changes,
}

/// How far a file has been imported; running it again goes on from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    pub contract: ContractId,
    /// SHA-256 of the file, hexadecimal; likewise of the mapping.
    pub file_digest: String,
    pub mapping_digest: String,
    pub rows_done: i64,
}
