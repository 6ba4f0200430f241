//! A registered or won piece of business. A lead may have several deals, and a
//! deal may have no lead.

use super::attribute::Attributes;
use super::ids::{ContractId, CustomerId, DealId, LeadId, ManufacturerId, PartnerId};
use super::time::Micros;

#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    pub manufacturer: ManufacturerId,
    pub id: DealId,
    pub contract: ContractId,
    /// The sender's own identifier, unique in the contract.
    pub external_id: Option<String>,
    pub lead: Option<LeadId>,
    pub partner: PartnerId,
    pub customer: Option<CustomerId>,
    pub state: DealState,
    pub registered_at: Micros,
    /// When it was won, lost or cancelled.
    pub ended_at: Option<Micros>,
    /// Minor units of the contract's currency.
    pub value: Option<i64>,
    pub lines: Vec<Line>,
    pub attributes: Attributes,
    pub version: i64,
}

/// A line of what was sold.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// A product code of the terms.
    pub product: String,
    /// Thousandths of the product's unit.
    pub quantity: i64,
    /// Minor units of the contract's currency.
    pub value: i64,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealState {
    Registered,
    Won,
    Lost,
    Cancelled,
}

impl DealState {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the state may follow this one: only what was won can be called off.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Registered, Self::Won | Self::Lost) | (Self::Won, Self::Cancelled)
        )
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Registered, Self::Won, Self::Lost, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}
