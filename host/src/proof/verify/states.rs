//! Leads, offers, claims and deals against the events that made them.

use std::collections::HashMap;

use super::Check;
use crate::domain::deal::{Deal, DealState};
use crate::domain::happening::Positioned;
use crate::domain::ids::{DealId, LeadId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::offer::{Claim, Offer};
use crate::domain::told::Told;
use crate::proof::Error;
use crate::proof::finding::Kind;

const LEADS_AT_ONCE: u32 = 200;
/// A lead that moves while it is looked at is looked at again, so often.
const LOOKS_MAX: usize = 4;

/// What is wrong with one, in words.
type Wrong = (Kind, String);

impl Check<'_> {
    pub(super) async fn states(&mut self) -> Result<(), Error> {
        self.leads().await?;
        self.deals().await
    }

    async fn leads(&mut self) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let page = self.store.leads_after(&self.of.id, &after, LEADS_AT_ONCE);
            let page = page.await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after.clone_from(last);
            let mut leads = Vec::new();
            for (id, lead) in page {
                self.counted.leads += 1;
                match lead {
                    Ok(lead) => leads.push(lead),
                    Err(error) => self.findings.add(Kind::LeadState, || {
                        format!("lead {id} cannot be read: {error}")
                    }),
                }
            }
            for lead in self.look(leads).await? {
                self.settle(lead).await?;
            }
            self.sign();
        }
    }

    /// Those of the leads with which something is wrong.
    async fn look(&self, leads: Vec<Lead>) -> Result<Vec<(LeadId, Vec<Wrong>)>, Error> {
        let (store, of) = (self.store, &self.of.id);
        let ids: Vec<LeadId> = leads.iter().map(|lead| lead.id.clone()).collect();
        let events = by(
            store.events_of_leads(of, &ids).await?,
            |one: &Positioned| one.event.lead.clone(),
        );
        let offers = store.offers_of_leads(of, &ids).await?;
        let offers = by(offers, |offer: &Offer| Some(offer.lead.clone()));
        let claims = store.claims_of_leads(of, &ids).await?;
        let claims = by(claims, |claim: &Claim| Some(claim.lead.clone()));
        let none = Vec::new;
        let look = |lead: Lead| {
            let events = events.get(&lead.id).cloned().unwrap_or_else(none);
            let told = Told::of(events.iter().map(|one| &one.event));
            let offers = offers.get(&lead.id).map_or(&[][..], Vec::as_slice);
            let claims = claims.get(&lead.id).map_or(&[][..], Vec::as_slice);
            let wrong = wrong_with(&lead, &told, offers, claims);
            (!wrong.is_empty()).then_some((lead.id, wrong))
        };
        Ok(leads.into_iter().filter_map(look).collect())
    }

    /// What is wrong with a lead counts where it is wrong while the lead stands still.
    async fn settle(&mut self, found: (LeadId, Vec<Wrong>)) -> Result<(), Error> {
        let (id, mut wrong) = found;
        for _ in 0..LOOKS_MAX {
            let Some(before) = self.store.lead(&self.of.id, &id).await? else {
                break;
            };
            let version = before.version;
            let mut found = self.look(vec![before]).await?;
            let after = self.store.lead(&self.of.id, &id).await?;
            wrong = found.pop().map(|(_, wrong)| wrong).unwrap_or_default();
            if wrong.is_empty() || after.is_some_and(|after| after.version == version) {
                break;
            }
        }
        for (kind, message) in wrong {
            self.findings.add(kind, || format!("lead {id} {message}"));
        }
        Ok(())
    }

    async fn deals(&mut self) -> Result<(), Error> {
        let (store, of) = (self.store, &self.of.id);
        let mut after = String::new();
        loop {
            let page = store.deals_after(of, &after, LEADS_AT_ONCE).await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after.clone_from(last);
            let mut deals = Vec::new();
            for (id, deal) in page {
                self.counted.deals += 1;
                match deal {
                    Ok(deal) => deals.push(deal),
                    Err(error) => self.findings.add(Kind::DealState, || {
                        format!("deal {id} cannot be read: {error}")
                    }),
                }
            }
            let ids: Vec<DealId> = deals.iter().map(|deal: &Deal| deal.id.clone()).collect();
            let events = store.events_of_deals(of, &ids).await?;
            let told = Told::of(events.iter().map(|one| &one.event));
            for deal in deals {
                let made = told.deal(&deal.id);
                // Its state was read first, so its events may be ahead.
                let is_ahead = made.is_some_and(|made| deal.state.may_become(made));
                if made != Some(deal.state) && !(is_ahead && self.has_moved(&deal).await?) {
                    self.findings.add(Kind::DealState, || {
                        let made = made.map_or("nothing", DealState::as_str);
                        let state = deal.state.as_str();
                        format!("deal {} is {state}; its events make it {made}", deal.id)
                    });
                }
            }
            self.sign();
        }
    }

    async fn has_moved(&self, deal: &Deal) -> Result<bool, Error> {
        let now = self.store.deal(&self.of.id, &deal.id).await?;
        Ok(now.is_some_and(|now| now.version != deal.version))
    }
}

fn wrong_with(lead: &Lead, told: &Told, offers: &[Offer], claims: &[Claim]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if !told.allows(lead.state, lead.cycle) {
        let (state, cycle) = (lead.state.as_str(), lead.cycle);
        wrong.push((
            Kind::LeadState,
            format!(
                "is {state} in cycle {cycle}; its events make it {}",
                told.state()
            ),
        ));
    }
    let name =
        |partner: Option<&PartnerId>| partner.map_or("nobody".to_owned(), ToString::to_string);
    if lead.holder.as_ref() != told.holder() {
        wrong.push((
            Kind::LeadState,
            format!(
                "is held by {}; by its events by {}",
                name(lead.holder.as_ref()),
                name(told.holder())
            ),
        ));
    }
    let open = claims.iter().find(|claim| claim.ended_at.is_none());
    let open = open.map(|claim| &claim.partner);
    if open != told.holder() {
        wrong.push((
            Kind::ClaimState,
            format!(
                "has an open claim of {}; by its events of {}",
                name(open),
                name(told.holder())
            ),
        ));
    }
    for claim in claims {
        let (cycle, partner) = (claim.cycle, &claim.partner);
        let same = |other: &&Claim| other.cycle == cycle && other.partner == *partner;
        if claims.iter().filter(same).count() != told.claims(cycle, partner) {
            wrong.push((
                Kind::ClaimState,
                format!("has claim {} without the event that made it", claim.id),
            ));
        }
    }
    for offer in offers {
        let same = |other: &&Offer| other.cycle == offer.cycle && other.partner == offer.partner;
        let order = |offer: &Offer| (offer.wave, offer.id.clone());
        let mut of_partner = offers.iter().filter(same);
        let is_last = of_partner.all(|other| order(other) <= order(offer));
        let made = told.offer(offer.cycle, &offer.partner);
        if is_last && made != Some(offer.state) {
            let made = made.map_or("nothing", |made| made.as_str());
            wrong.push((
                Kind::OfferState,
                format!(
                    "has offer {} that is {}; its events make it {made}",
                    offer.id,
                    offer.state.as_str()
                ),
            ));
        }
    }
    wrong
}

fn by<T>(rows: Vec<T>, lead: impl Fn(&T) -> Option<LeadId>) -> HashMap<LeadId, Vec<T>> {
    let mut found: HashMap<LeadId, Vec<T>> = HashMap::new();
    for row in rows {
        if let Some(lead) = lead(&row) {
            found.entry(lead).or_default().push(row);
        }
    }
    found
}
