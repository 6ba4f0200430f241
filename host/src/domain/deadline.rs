//! Promised times, kept in the database and worked under a lease.

use super::attribute::Attributes;
use super::ids::{ContractId, DeadlineId, DealId, LeadId, ManufacturerId};
use super::time::Micros;

#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    pub manufacturer: ManufacturerId,
    pub id: DeadlineId,
    pub contract: ContractId,
    pub subject: Subject,
    /// One per subject and key is open; a new one takes the place of the old one.
    pub key: String,
    pub due_at: Micros,
    pub attributes: Attributes,
}

/// A deadline that is due, and the lease under which this host works on it.
#[derive(Clone, Debug)]
pub struct Leased {
    pub deadline: Deadline,
    pub lease: String,
}

/// What is asked about when the deadline is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Escalation is asked about the lead.
    Escalation(LeadId),
    /// The lead wakes from nurturing and is assessed again.
    Wake(LeadId),
    /// Whether anybody has worked the lead within the terms' limit.
    Unworked(LeadId),
    /// A compensation component asked to be woken about a deal, a lead, or
    /// neither.
    Compensation {
        component: String,
        lead: Option<LeadId>,
        deal: Option<DealId>,
    },
}

impl Subject {
    /// The kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Escalation(_) => "escalation",
            Self::Wake(_) => "wake",
            Self::Unworked(_) => "unworked",
            Self::Compensation { .. } => "compensation",
        }
    }
}
