//! What one command wants committed, together or not at all, and what its
//! decision rested on.

use std::sync::Arc;

use crate::domain::access::{Membership, Token, User};
use crate::domain::attribute::Attributes;
use crate::domain::audit::AuditEntry;
use crate::domain::contract::{Binding, Contract, Manufacturer, TermsVersion};
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::deal::Deal;
use crate::domain::decision::Decision;
use crate::domain::dispute::{Dispute, DisputeAnswer};
use crate::domain::generation::{CandidateAnswer, CandidateLedger, LeftOut, Step};
use crate::domain::happening::Event;
use crate::domain::ids::{ContractId, DeadlineId, DealId, LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::{Activity, Contact, Lead};
use crate::domain::lead_key::LeadKey;
use crate::domain::ledger::{Lane, PeriodRecord, PeriodState, Posting};
use crate::domain::measure::Measure;
use crate::domain::offer::{Claim, Offer};
use crate::domain::partner::{Participant, Partner, Place};
use crate::domain::plan_trial::PlanTrial;
use crate::domain::plugin::PluginRecord;
use crate::domain::time::Micros;
use crate::store::SealedBatch;

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
    /// Kept as they are where a lead has one.
    pub lead_keys: Vec<LeadKey>,
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
    /// Appended.
    pub steps: Vec<Step>,
    pub candidate_answers: Vec<CandidateAnswer>,
    /// Appended.
    pub left_out: Vec<LeftOut>,
    pub candidate_ledgers: Vec<CandidateLedger>,
    pub measures: Vec<Measure>,
    /// Contracts whose partners have changed in a way that offers rest on.
    pub partners_changed: Vec<ContractId>,
    /// Appended.
    pub postings: Vec<Posting>,
    pub periods: Vec<PeriodRecord>,
    /// Appended.
    pub disputes: Vec<Dispute>,
    /// Appended.
    pub dispute_answers: Vec<DisputeAnswer>,
    /// As they are asked for; what hosts say of them stays.
    pub plan_trials: Vec<PlanTrial>,
    pub lanes: Vec<Lane>,
    /// Appended.
    pub seals: Vec<SealedBatch>,
    /// Decisions of the version before that get a number, at most so many.
    pub older_numbered: u32,
    pub plugins: Vec<PluginRecord>,
    pub places: Vec<Place>,
    pub import_progress: Vec<ImportProgress>,
    /// Kept as they are where the address is known already.
    /// Those that are known already stay as they are.
    pub users: Vec<User>,
    pub memberships: Vec<Membership>,
    /// From an instant on; the user's tokens of that role end with it.
    pub memberships_ended: Vec<(Membership, Micros)>,
    pub tokens: Vec<Token>,
    /// Appended.
    pub audit: Vec<AuditEntry>,
    pub forgotten: Vec<Forgotten>,
    /// The answer to a request that carried an Idempotency-Key.
    pub answer: Option<KeptAnswer>,
    pub afterwards: Vec<Afterwards>,
}

impl Changes {
    /// Adds what another decision wants committed, so that both are committed
    /// together. Answers are no part of that: each belongs to one request.
    pub fn absorb(&mut self, other: Self) {
        let Self {
            guards,
            leads,
            contacts,
            activities,
            duplicate_keys,
            lead_keys,
            offers,
            claims,
            deals,
            events,
            deadlines,
            decisions,
            partners,
            participants,
            contracts,
            terms,
            bindings,
            steps,
            candidate_answers,
            left_out,
            candidate_ledgers,
            measures,
            partners_changed,
            postings,
            periods,
            disputes,
            dispute_answers,
            plan_trials,
            lanes,
            seals,
            older_numbered,
            plugins,
            places,
            import_progress,
            manufacturer,
            users,
            memberships,
            memberships_ended,
            tokens,
            audit,
            forgotten,
            afterwards,
            answer: _,
        } = other;
        self.guards.extend(guards);
        self.leads.extend(leads);
        self.contacts.extend(contacts);
        self.activities.extend(activities);
        self.duplicate_keys.extend(duplicate_keys);
        self.lead_keys.extend(lead_keys);
        self.offers.extend(offers);
        self.claims.extend(claims);
        self.deals.extend(deals);
        self.events.extend(events);
        self.deadlines.extend(deadlines);
        self.decisions.extend(decisions);
        self.partners.extend(partners);
        self.participants.extend(participants);
        self.contracts.extend(contracts);
        self.terms.extend(terms);
        self.bindings.extend(bindings);
        self.steps.extend(steps);
        self.candidate_answers.extend(candidate_answers);
        self.left_out.extend(left_out);
        self.candidate_ledgers.extend(candidate_ledgers);
        self.measures.extend(measures);
        self.partners_changed.extend(partners_changed);
        self.postings.extend(postings);
        self.periods.extend(periods);
        self.disputes.extend(disputes);
        self.dispute_answers.extend(dispute_answers);
        self.plan_trials.extend(plan_trials);
        self.lanes.extend(lanes);
        self.seals.extend(seals);
        self.older_numbered = self.older_numbered.max(older_numbered);
        self.plugins.extend(plugins);
        self.places.extend(places);
        self.import_progress.extend(import_progress);
        self.manufacturer = manufacturer.or(self.manufacturer.take());
        self.users.extend(users);
        self.memberships.extend(memberships);
        self.memberships_ended.extend(memberships_ended);
        self.tokens.extend(tokens);
        self.audit.extend(audit);
        self.forgotten.extend(forgotten);
        self.afterwards.extend(afterwards);
    }

    /// Whether a decision that rests on the guard has to be decided again once
    /// these changes are committed. Guards of one command are compared before
    /// any of its changes count, so such a decision cannot be part of it.
    pub fn disturb(&self, guard: &Guard) -> bool {
        match guard {
            Guard::Lead(id, _) => self.leads.iter().any(|lead| lead.id == *id),
            Guard::Participant(contract, partner, _) | Guard::NewParticipant(contract, partner) => {
                self.participants.iter().any(|participant| {
                    participant.contract == *contract && participant.partner == *partner
                })
            }
            Guard::Partners(contract, _) => self.partners_changed.contains(contract),
            Guard::Partner(id, _) => self.partners.iter().any(|partner| partner.id == *id),
            // One of them may be new.
            Guard::LastPartnerKey(..) => !self.partners.is_empty(),
            Guard::DuplicateKey {
                contract, digest, ..
            } => self
                .duplicate_keys
                .iter()
                .any(|key| key.contract == *contract && key.digest == *digest),
            Guard::NewExternalId(contract, external_id) => self.leads.iter().any(|lead| {
                lead.contract == *contract && lead.external_id.as_ref() == Some(external_id)
            }),
            Guard::Deal(id, _) => self.deals.iter().any(|deal| deal.id == *id),
            Guard::Contract(id, _) => self.contracts.iter().any(|contract| contract.id == *id),
            Guard::Lane(contract, _) => self.lanes.iter().any(|lane| lane.contract == *contract),
            Guard::Period(contract, name, _) => self
                .periods
                .iter()
                .any(|period| period.contract == *contract && period.name == *name),
            Guard::Membership(membership) => {
                let ended = &self.memberships_ended;
                self.memberships.contains(membership)
                    || ended.iter().any(|(ended, _)| ended == membership)
            }
            Guard::Seals(..) => !self.seals.is_empty(),
            Guard::Lease(..) | Guard::NewAnswer { .. } => false,
        }
    }
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
    /// How many seals the manufacturer has: each names the one before it.
    Seals(ManufacturerId, i64),
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

/// A lead whose person is forgotten. Its contact goes with it, what the contact did,
/// what tells duplicates, what partners wrote when they declined, and what was written
/// about its money.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgotten {
    pub lead: LeadId,
    pub at: Micros,
    /// What is left of its events that held what people wrote, by position.
    pub events: Vec<(i64, Attributes)>,
    /// Kept answers that tell of it, by token and key. They are emptied, but stay, so
    /// that nothing is done twice.
    pub answers: Vec<(String, String)>,
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

/// What is begun when the changes are committed, and only then. The writer does not
/// wait: it may do no more than hand something over.
#[derive(Clone)]
pub struct Afterwards(Arc<dyn Fn() + Send + Sync>);

impl Afterwards {
    pub fn new(begin: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(begin))
    }

    pub(super) fn begin(&self) {
        (self.0)();
    }
}

impl std::fmt::Debug for Afterwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Afterwards")
    }
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
