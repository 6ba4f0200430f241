//! One policy call, recorded so that it can be proved later.

use super::ids::{ContractId, DealId, DecisionId, EventId, LeadId, ManufacturerId};
use super::time::Micros;

#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub manufacturer: ManufacturerId,
    pub id: DecisionId,
    pub contract: ContractId,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    /// What `award` was asked about.
    pub event: Option<EventId>,
    /// qualification, matching, escalation, compensation/<component>.
    pub slot: String,
    /// assess, rank, escalate, admit, award, settle.
    pub function: String,
    /// The `now` of the question.
    pub asked_at: Micros,
    pub generation: i64,
    pub terms_version: i64,
    /// Interface version, such as 0.1.0.
    pub interface: String,
    /// Name and version, such as matching-weighted@0.1.0.
    pub plugin: String,
    /// SHA-256 of the component, hexadecimal; likewise the next three.
    pub plugin_digest: String,
    pub configuration_digest: String,
    /// Of the terms as the policy was given them; none where it was recorded before
    /// that was.
    pub terms_digest: Option<String>,
    pub artifact_digest: String,
    /// Wasmtime's version, settings and platform.
    pub engine: String,
    /// Whether the configuration was baked into a snapshot.
    pub baked: bool,
    /// What the call might use, JSON; none where it was recorded before limits were.
    pub limits: Option<String>,
    pub fuel: i64,
    /// The call by the wall clock. Not stored; 0 where the decision was read.
    pub micros: i64,
    /// `ok`, `not-applicable`, or a code of the closed list of errors.
    pub outcome: String,
    /// Deterministic CBOR (RFC 8949 4.2) of the question.
    pub input: Vec<u8>,
    /// Deterministic CBOR of the answer; empty where there is none.
    pub output: Vec<u8>,
    pub log: Vec<String>,
    /// The decision that this one followed from.
    pub follows: Option<DecisionId>,
}
