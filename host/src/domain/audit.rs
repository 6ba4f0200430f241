//! What somebody has changed of how a manufacturer works: contracts, terms,
//! rules, partners, people. Leads and deals have their events instead.

use std::fmt;

use super::ids::{AuditId, ManufacturerId, TokenId};
use super::time::Micros;

/// One change, in a line that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Create {
        what: String,
    },
    Alter {
        what: String,
        from: String,
        to: String,
    },
    Remove {
        what: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { what } => write!(f, "+ {what}"),
            Self::Alter { what, from, to } => write!(f, "~ {what}: {from} -> {to}"),
            Self::Remove { what } => write!(f, "- {what}"),
        }
    }
}

/// A change with who made it, kept for good.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    pub manufacturer: ManufacturerId,
    pub id: AuditId,
    pub at: Micros,
    /// The token whose request it was; none for the command line on the data.
    pub actor: Option<TokenId>,
    /// As [`Change`] reads.
    pub change: String,
}
