//! What events are about, read for many of them at once.

use std::collections::{BTreeSet, HashMap};

use super::Error;
use super::lane::Lane;
use crate::domain::deal::Deal;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{DealId, LeadId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::partner::Position;

/// The leads and deals of some events.
#[derive(Default)]
pub(super) struct Subjects {
    leads: HashMap<LeadId, Lead>,
    deals: HashMap<DealId, Deal>,
    /// By country and postcode.
    places: HashMap<(String, String), Position>,
    /// Position of the last of the events.
    pub last: i64,
}

impl Subjects {
    pub async fn of(lane: &Lane<'_>, events: &[&Positioned]) -> Result<Self, Error> {
        let store = &lane.host.store;
        let owner = &lane.force().contract.manufacturer;
        let events_of = || events.iter().map(|positioned| &positioned.event);
        let leads: BTreeSet<&LeadId> = events_of()
            .filter_map(|event| event.lead.as_ref())
            .collect();
        let deals: BTreeSet<&DealId> = events_of()
            .filter_map(|event| event.deal.as_ref())
            .collect();
        let leads = store.leads_among(owner, &Vec::from_iter(leads)).await?;
        let deals = store.deals_among(owner, &Vec::from_iter(deals)).await?;
        let postcodes: BTreeSet<(&str, &str)> = leads.iter().filter_map(postcode).collect();
        let places = store
            .places_among(owner, &Vec::from_iter(postcodes))
            .await?;
        Ok(Self {
            places: places
                .into_iter()
                .map(|place| ((place.country, place.postcode), place.position))
                .collect(),
            leads: leads
                .into_iter()
                .map(|lead| (lead.id.clone(), lead))
                .collect(),
            deals: deals
                .into_iter()
                .map(|deal| (deal.id.clone(), deal))
                .collect(),
            last: events.iter().map(|event| event.position).max().unwrap_or(0),
        })
    }

    /// Those of more events.
    pub fn add(&mut self, more: Self) {
        self.leads.extend(more.leads);
        self.deals.extend(more.deals);
        self.places.extend(more.places);
        self.last = self.last.max(more.last);
    }

    pub fn lead(&self, id: Option<&LeadId>) -> Option<&Lead> {
        self.leads.get(id?)
    }

    pub fn deal(&self, id: Option<&DealId>) -> Option<&Deal> {
        self.deals.get(id?)
    }

    /// Whom an event concerns: who held its lead when it occurred, which the event
    /// says, or whose deal it is about. Who is paid for it besides follows that one.
    pub fn concerned<'s>(&'s self, event: &'s Event) -> Option<&'s PartnerId> {
        let deal = self.deal(event.deal.as_ref());
        event.partner.as_ref().or(deal.map(|deal| &deal.partner))
    }

    /// Where a lead is: the place of its postcode.
    pub fn seat(&self, lead: Option<&Lead>) -> Option<Position> {
        let (country, postcode) = postcode(lead?)?;
        self.places
            .get(&(country.to_owned(), postcode.to_owned()))
            .copied()
    }
}

fn postcode(lead: &Lead) -> Option<(&str, &str)> {
    let teaser = &lead.teaser;
    teaser.country.as_deref().zip(teaser.postcode.as_deref())
}
