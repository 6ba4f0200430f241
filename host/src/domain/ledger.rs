//! Money, points and counts: exact, derived from events, appended only.
//!
//! A posting is a transfer: its amount to the holder's account, and the
//! opposite to the counter-side of the same account (the plan's). So every
//! transaction sums to zero by construction, and both sides are sums of
//! postings.

use super::calendar::Cadence;
use super::ids::{ContractId, DealId, DecisionId, EventId, LeadId, ManufacturerId, PostingId};
use super::time::Micros;

/// An account as a plugin's manifest declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    /// money, points, count.
    pub unit: String,
    pub holder: HolderKind,
    /// When it begins anew; none: never.
    pub resets: Option<Cadence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HolderKind {
    Partner,
    Contract,
    Lead,
    Deal,
    Customer,
    Plan,
}

impl HolderKind {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Contract => "contract",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Customer => "customer",
            Self::Plan => "plan",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Partner,
            Self::Contract,
            Self::Lead,
            Self::Deal,
            Self::Customer,
            Self::Plan,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// To whom a balance belongs: the kind, and which one of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holder {
    pub kind: HolderKind,
    /// An identifier of that kind; the contract's for contract and plan.
    pub id: String,
}

/// A booked change of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    pub manufacturer: ManufacturerId,
    pub id: PostingId,
    pub contract: ContractId,
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    pub holder: Holder,
    /// Positive: to the holder's favour. In the account's unit.
    pub amount: i64,
    /// A reason code of the plugin's manifest.
    pub reason: String,
    /// The arguments of the reason's text, as JSON.
    pub reason_args: String,
    /// None for what a period's settlement booked.
    pub event: Option<EventId>,
    /// 0 for a settlement.
    pub event_position: i64,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    /// The period of the event …
    pub period: String,
    /// … and the one it is booked in: a later one where the first was closed.
    pub booked_period: String,
    /// The event's instant; of a settlement the last one of its period.
    pub occurred_at: Micros,
    pub booked_at: Micros,
    /// The first posting of the line that the policy takes back or changes.
    pub corrects: Option<PostingId>,
    /// The first posting of the same line, where a recomputation has found
    /// another amount: this one is the difference.
    pub adjusts: Option<PostingId>,
    pub decision: Option<DecisionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodState {
    Open,
    /// Takes no more events; is being recomputed and settled.
    Closing,
    Closed,
}

impl PeriodState {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Closing, Self::Closed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A period of a contract. One that is not stored is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRecord {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub name: String,
    pub cadence: Cadence,
    pub begins: Micros,
    pub ends: Micros,
    pub state: PeriodState,
    pub closed_at: Option<Micros>,
    /// The token that asked for it; none for the host.
    pub closed_by: Option<String>,
}

/// How far a contract's events have been paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    /// Of the last event that was looked at.
    pub position: i64,
    /// Counts the commits of money: each rests on the one before it.
    pub version: i64,
}

/// Why amounts cannot be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount is beyond what 64 bits hold")]
pub struct Overflow;
