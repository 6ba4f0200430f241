//! An event as callers see it.

use serde::Serialize;

use super::super::values::{PlainAttributes, instant, plain};
use crate::domain::happening::Positioned;
use crate::domain::ids::PartnerId;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EventView {
    position: i64,
    id: String,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    /// The lead's round in which it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    cycle: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner: Option<String>,
    occurred_at: String,
    recorded_at: String,
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
}

/// Attributes that name other partners.
const OF_OTHERS: [&str; 2] = ["partners", "eligible"];

impl EventView {
    /// All of it.
    pub fn of(positioned: &Positioned) -> Self {
        let event = &positioned.event;
        Self {
            position: positioned.position,
            id: event.id.to_string(),
            code: event.code.clone(),
            lead: event.lead.as_ref().map(ToString::to_string),
            cycle: event.lead.is_some().then_some(event.cycle),
            deal: event.deal.as_ref().map(ToString::to_string),
            partner: event.partner.as_ref().map(ToString::to_string),
            occurred_at: instant(event.occurred_at),
            recorded_at: instant(event.recorded_at),
            attributes: plain(&event.attributes),
        }
    }

    /// What these partners may see of it; without any, everything. Of others'
    /// doings nothing.
    pub fn seen_by(positioned: &Positioned, partners: Option<&[PartnerId]>) -> Option<Self> {
        let mut view = Self::of(positioned);
        let Some(partners) = partners else {
            return Some(view);
        };
        if let Some(partner) = &positioned.event.partner
            && !partners.contains(partner)
        {
            return None;
        }
        for name in OF_OTHERS {
            view.attributes.remove(name);
        }
        Some(view)
    }
}
