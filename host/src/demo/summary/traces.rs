//! A lead's way, from its events.

use std::collections::BTreeMap;

use crate::domain::attribute::AttributeValue;
use crate::domain::event::EventCode;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;

/// What has become of a lead.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub temperature: Option<Temperature>,
    pub qualified: bool,
    /// The first offer.
    pub offered_at: Option<Micros>,
    /// Numbers of waves, and how many partners each asked.
    pub waves: Vec<(u32, u32)>,
    pub claims: Vec<Claimed>,
    pub contacted: bool,
    pub won: bool,
    pub called_off: bool,
    /// Set when the limit came without any work, with who held it then.
    pub unworked: Option<Option<PartnerId>>,
}

/// A claim of a lead.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub partner: PartnerId,
    pub at: Micros,
    /// The wave that was out.
    pub wave: u32,
    pub worked_at: Option<Micros>,
    /// Whether that was within the promised time.
    pub in_time: bool,
}

/// All leads, in the order in which they came.
pub fn of(events: &[Positioned]) -> Vec<Trace> {
    let mut order: Vec<LeadId> = Vec::new();
    let mut traces: BTreeMap<LeadId, Trace> = BTreeMap::new();
    for Positioned { event, .. } in events {
        let Some(lead) = &event.lead else { continue };
        if !traces.contains_key(lead) {
            order.push(lead.clone());
        }
        traces.entry(lead.clone()).or_default().add(event);
    }
    order
        .into_iter()
        .filter_map(|lead| traces.remove(&lead))
        .collect()
}

impl Trace {
    fn add(&mut self, event: &Event) {
        match event.code.as_str() {
            "qualified" => {
                self.qualified = true;
                self.temperature = text(event, "temperature").and_then(Temperature::parse);
            }
            "offered" => {
                let wave = match event.attributes.get("wave") {
                    Some(AttributeValue::Integer(wave)) => u32::try_from(*wave).unwrap_or(0),
                    _ => 0,
                };
                self.offered_at.get_or_insert(event.occurred_at);
                self.waves.push((wave, listed(event, "partners")));
            }
            "claimed" => {
                if let Some(partner) = &event.partner {
                    self.claims.push(Claimed {
                        partner: partner.clone(),
                        at: event.occurred_at,
                        wave: self.waves.last().map_or(0, |(wave, _)| *wave),
                        worked_at: None,
                        in_time: false,
                    });
                }
            }
            "cancelled" => self.called_off = true,
            "unworked" => self.unworked = Some(event.partner.clone()),
            _ => {}
        }
        self.contacted |= event.code == "contacted";
        self.won |= event.code == "won";
        if EventCode::parse(&event.code).is_some_and(EventCode::is_work) {
            self.work(event);
        }
    }

    /// The first work of a claim.
    fn work(&mut self, event: &Event) {
        if let Some(claim) = self.claims.last_mut()
            && Some(&claim.partner) == event.partner.as_ref()
            && claim.worked_at.is_none()
        {
            claim.worked_at = Some(event.occurred_at);
            claim.in_time = event.attributes.get("within-sla") == Some(&AttributeValue::Flag(true));
        }
    }
}

/// How many a set of the event names.
pub fn listed(event: &Event, name: &str) -> u32 {
    match event.attributes.get(name) {
        Some(AttributeValue::Texts(texts)) => texts.len() as u32,
        _ => 0,
    }
}

pub fn text<'a>(event: &'a Event, name: &str) -> Option<&'a str> {
    match event.attributes.get(name) {
        Some(AttributeValue::Text(text)) => Some(text),
        _ => None,
    }
}
