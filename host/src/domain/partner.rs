//! Who works leads, and on which footing in a contract.

use std::collections::BTreeSet;

use super::attribute::Attributes;
use super::ids::{ContractId, ManufacturerId, PartnerId};
use super::time::Micros;

/// A distributor, reseller, outsourcing service provider or qualifying agency.
#[derive(Clone, Debug, PartialEq)]
pub struct Partner {
    pub manufacturer: ManufacturerId,
    pub id: PartnerId,
    /// The manufacturer's own short name for the partner, unique.
    pub code: String,
    pub name: String,
    /// Stands for the partner in every policy call; below 2^63, never reused.
    pub key: u64,
    /// The partner above in the tree.
    pub parent: Option<PartnerId>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub postcode: Option<String>,
    pub position: Option<Position>,
    pub version: i64,
}

/// Degrees, WGS 84; the centre of a postcode's area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    pub latitude: f64,
    pub longitude: f64,
}

/// A partner in a contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub partner: PartnerId,
    /// A level of the terms.
    pub level: String,
    /// How many leads the partner wants to hold at once; none: no limit.
    pub capacity: Option<i64>,
    /// Non-personal attributes that the terms declare for partners.
    pub attributes: Attributes,
    pub certificates: BTreeSet<String>,
    pub leave: Option<Leave>,
    /// No offers and no claims before.
    pub blocked_until: Option<Micros>,
    /// The matching policy's counter.
    pub counter: i64,
    /// Complaints that are not settled.
    pub complaints_open: i64,
    pub joined_at: Micros,
    pub active: bool,
    /// Counts what a claim rests on: claims opened and closed, feedback, blocks,
    /// leave, capacity. A claim's commit checks it.
    pub version: i64,
}

/// A span of absence; no offers meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    pub from: Micros,
    pub until: Micros,
}

/// Where a postcode lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub postcode: String,
    pub position: Position,
}
