//! The servers of one database, as each says of itself what it runs.

use super::generation::Standing;
use super::ids::{ContractId, HostId, ManufacturerId};
use super::time::Micros;

/// Who has given no sign of life for so long does not count: four are missing then.
pub const GONE_MICROS: i64 = 20_000_000;

/// A server of the database, while its process lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostRecord {
    pub id: HostId,
    /// For people, such as leads-1:8080.
    pub name: String,
    pub version: String,
    pub started_at: Micros,
    /// Its last sign of life, by its own clock.
    pub seen_at: Micros,
}

impl HostRecord {
    /// Whether it counts at that instant.
    pub fn is_seen(&self, now: Micros) -> bool {
        now.0.saturating_sub(self.seen_at.0) <= GONE_MICROS
    }
}

/// A generation of a contract's slot at one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    pub host: HostId,
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    pub generation: i64,
    /// Whether it decides there.
    pub runs: bool,
    /// How far it has come: uploaded, verified, compiled or ready.
    pub stage: Standing,
    /// Why it has come no further.
    pub error: Option<LoadError>,
}

/// Why a host could not load a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Of the closed list of errors.
    pub code: String,
    pub text: String,
}
