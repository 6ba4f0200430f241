//! An event as callers see it.

use serde::Serialize;

use super::super::agreed::Agreed;
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

/// Who looks at an event.
#[derive(Clone, Copy)]
pub enum Viewer<'a> {
    /// The manufacturer's people.
    Inside(&'a Agreed),
    /// A partner with those below it.
    Partners(&'a [PartnerId]),
    /// The agency that has sent the lead.
    Sender,
}

/// Attributes that outsiders see of what is nobody's own doing. Others may name
/// partners, or say how the manufacturer's rules work.
const OF_LEAD: [&str; 5] = ["fields", "questions", "temperature", "until", "wave"];

impl EventView {
    /// What the viewer may see of it; nothing of other partners' doings.
    pub fn seen_by(positioned: &Positioned, viewer: Viewer<'_>) -> Option<Self> {
        let Positioned { position, event } = positioned;
        let whole = |attributes| Self {
            position: *position,
            id: event.id.to_string(),
            code: event.code.clone(),
            lead: event.lead.as_ref().map(ToString::to_string),
            cycle: event.lead.is_some().then_some(event.cycle),
            deal: event.deal.as_ref().map(ToString::to_string),
            partner: event.partner.as_ref().map(ToString::to_string),
            occurred_at: instant(event.occurred_at),
            recorded_at: instant(event.recorded_at),
            attributes,
        };
        let of_lead = || {
            let mut attributes = plain(&event.attributes);
            attributes.retain(|name, _| OF_LEAD.contains(&name.as_str()));
            attributes
        };
        match viewer {
            Viewer::Inside(agreed) => Some(whole(plain(&agreed.shown(event).attributes))),
            Viewer::Partners(partners) => match &event.partner {
                None => Some(whole(of_lead())),
                Some(own) if partners.contains(own) => Some(whole(plain(&event.attributes))),
                Some(_) => None,
            },
            Viewer::Sender => Some(Self {
                deal: None,
                partner: None,
                ..whole(of_lead())
            }),
        }
    }
}
