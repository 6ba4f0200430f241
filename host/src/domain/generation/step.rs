//! What somebody has done with a generation, when and why.

use crate::domain::ids::{ContractId, ManufacturerId, PartnerId, TokenId};
use crate::domain::time::Micros;

/// What is done with a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It was made, and is ready.
    Configured,
    Shadowed,
    Canaried,
    /// Somebody wants it in force; a second person has to agree.
    Requested,
    /// It is in force, from an instant on.
    Activated,
    /// What it was put to, and was to be, is over: it is ready as before.
    Cancelled,
    /// It was bad: who was bound to it goes on with what is in force.
    RolledBack,
    /// It has failed too often.
    Quarantined,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::Configured,
        Self::Shadowed,
        Self::Canaried,
        Self::Requested,
        Self::Activated,
        Self::Cancelled,
        Self::RolledBack,
        Self::Quarantined,
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Shadowed => "shadowed",
            Self::Canaried => "canaried",
            Self::Requested => "requested",
            Self::Activated => "activated",
            Self::Cancelled => "cancelled",
            Self::RolledBack => "rolled-back",
            Self::Quarantined => "quarantined",
        }
    }

    /// The action of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// A partner that was chosen by its code, which is never changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Chosen {
    pub id: PartnerId,
    pub code: String,
}

/// A step of a generation. It is never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub slot: String,
    /// Counts up per slot, from 1 on.
    pub number: i64,
    pub generation: i64,
    pub action: Action,
    /// What was in force before; none: nothing was.
    pub before: Option<i64>,
    /// Of a shadow or canary: parts per million of the leads.
    pub share: i64,
    /// Of a canary of what pays: whom it is tried with.
    pub partners: Vec<Chosen>,
    /// Of an activation: from when it counts. Of what pays also when a trial with
    /// partners begins or ends.
    pub from: Micros,
    pub at: Micros,
    /// The token whose request it was; none for the host itself.
    pub actor: Option<TokenId>,
    pub comment: String,
}
