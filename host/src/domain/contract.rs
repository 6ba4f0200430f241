//! What binds a manufacturer and a set of partners.

use super::ids::{ContractId, ManufacturerId};
use super::time::Micros;

#[derive(Clone, Debug, PartialEq)]
pub struct Manufacturer {
    pub id: ManufacturerId,
    pub code: String,
    pub name: String,
    pub created_at: Micros,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    pub manufacturer: ManufacturerId,
    pub id: ContractId,
    /// The manufacturer's own short name, unique.
    pub code: String,
    pub name: String,
    /// Integrators may bind on test contracts only.
    pub test: bool,
    /// The version of the terms in force.
    pub terms_version: i64,
    /// Counts changes of the partners that offers rest on (joining, level,
    /// attributes, capacity, leave, blocks). An offer's commit checks it.
    pub partners_version: i64,
    pub created_at: Micros,
    pub version: i64,
}

/// One version of a contract's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct TermsVersion {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub version: i64,
    /// Canonical JSON (RFC 8785), defaults filled in.
    pub document: String,
    pub created_at: Micros,
}

/// A generation of a contract's slot: plugin and configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    /// Counts up per contract and slot.
    pub generation: i64,
    pub plugin_digest: String,
    /// Canonical JSON.
    pub configuration: String,
    pub configuration_digest: String,
    /// What its calls may use beyond the host's limits for its plugin: JSON; none:
    /// these alone.
    pub limits: Option<String>,
    /// From when it counts; [`Micros::NEVER`] where it was made to be tried first.
    pub active_from: Micros,
    pub comment: String,
}
