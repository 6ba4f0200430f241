//! What happened: the record that states, figures and money follow from.

use super::attribute::Attributes;
use super::deal::Line;
use super::ids::{
    ContractId, DealId, DecisionId, EventId, LeadId, ManufacturerId, PartnerId, TokenId,
};
use super::time::Micros;

/// An event as it is committed. Its position in the manufacturer's feed is
/// given by the commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub manufacturer: ManufacturerId,
    pub id: EventId,
    pub contract: ContractId,
    pub lead: Option<LeadId>,
    /// The lead's cycle; 0 without a lead.
    pub cycle: u32,
    pub deal: Option<DealId>,
    /// Whose doing it is, or whom it concerns; none where it is nobody's or
    /// several partners' (then they stand in the attributes `partners`).
    pub partner: Option<PartnerId>,
    /// An event code of the host, or one that the terms declare.
    pub code: String,
    pub occurred_at: Micros,
    pub recorded_at: Micros,
    pub attributes: Attributes,
    /// What was sold, for won and cancelled.
    pub lines: Vec<Line>,
    /// The decision that it followed from.
    pub decision: Option<DecisionId>,
    /// The token whose request caused it; none for the host itself.
    pub actor: Option<TokenId>,
}

/// An event with its place in the manufacturer's feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Positioned {
    pub position: i64,
    pub event: Event,
}
