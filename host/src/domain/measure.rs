//! Numbers per partner, name and period that the host does not count itself.

use super::ids::{ContractId, ManufacturerId, PartnerId};
use super::time::Micros;

/// Set or imported: a quota, a rework share, complaints, satisfaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub partner: PartnerId,
    pub kind: MeasureKind,
    pub name: String,
    /// Valid from then …
    pub from: Micros,
    /// … until before then.
    pub until: Micros,
    /// In the measure's own unit.
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    Measure,
    Target,
}

impl MeasureKind {
    /// As stored and shown, and the prefix of the column that policies read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Target => "target",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Measure, Self::Target]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}
