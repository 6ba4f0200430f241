//! A partner registers a piece of business.

use super::{check, event_of};
use crate::domain::attribute::Attributes;
use crate::domain::deal::{Deal, DealState, Line};
use crate::domain::ids::{ContractId, CustomerId, LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::partner::Partner;
use crate::domain::terms::Of;
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Problem};
use crate::routing::{Error, Origin, again, contract};
use crate::store::changes::{Changes, Command, Guard};

/// A deal as its sender knows it.
#[derive(Clone, Debug)]
pub struct NewDeal {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub partner: PartnerId,
    pub external_id: Option<String>,
    pub lead: Option<LeadId>,
    pub customer: Option<CustomerId>,
    /// Minor units of the contract's currency.
    pub value: Option<i64>,
    pub lines: Vec<Line>,
    pub attributes: Attributes,
    /// None: now.
    pub registered_at: Option<Micros>,
}

/// A deal with the partner that has registered it.
#[derive(Clone, Debug)]
pub struct Registered {
    pub deal: Deal,
    pub partner: Partner,
}

/// Registers a deal: the registrant is protected by the qualification policy.
///
/// # Errors
/// `Invalid` with every mistake: what the terms do not know, an identifier that
/// is taken, a lead that the partner does not hold.
pub async fn register(
    host: &Host,
    new: &NewDeal,
    origin: &Origin<Registered>,
) -> Result<Registered, Error> {
    again::on_stale(|| async {
        let force = host.contract(&new.manufacturer, &new.contract).await?;
        let partner = host
            .store
            .partner(&new.manufacturer, &new.partner)
            .await?
            .ok_or(Error::NotFound { what: "partner" })?;
        let now = host.clock.now();
        let lead = check(host, &force, new).await?;
        let registered_at =
            contract::occurred_at(&force, now, new.registered_at, "/registered-at")?;
        let customer = new.customer.clone();
        let deal = Deal {
            manufacturer: new.manufacturer.clone(),
            id: host.ids.next(now),
            contract: new.contract.clone(),
            external_id: new.external_id.clone(),
            lead: new.lead.clone(),
            partner: new.partner.clone(),
            customer: customer.or_else(|| lead.as_ref().and_then(|lead| lead.customer.clone())),
            state: DealState::Registered,
            registered_at,
            ended_at: None,
            value: check::value_of(new.value, &new.lines)?,
            lines: new.lines.clone(),
            attributes: new.attributes.clone(),
            version: 0,
        };
        let mut changes = Changes {
            guards: vec![Guard::Deal(deal.id.clone(), None)],
            ..Changes::default()
        };
        let mut event = event_of(
            host,
            &deal,
            "deal-registered",
            registered_at,
            now,
            origin.actor.clone(),
        );
        if let Some(lead) = lead {
            // That the partner holds it.
            changes
                .guards
                .push(Guard::Lead(lead.id.clone(), Some(lead.version)));
            event.cycle = lead.cycle;
        }
        changes.events.push(event);
        changes.deals.push(deal.clone());
        let registered = Registered {
            deal: Deal { version: 1, ..deal },
            partner,
        };
        origin.keep_answer(&registered, now, &mut changes);
        host.store
            .commit(Command {
                manufacturer: new.manufacturer.clone(),
                changes,
            })
            .await?;
        Ok(registered)
    })
    .await
}

/// Refuses what contradicts the terms or what is stored. Answers the lead that
/// the deal comes of.
async fn check(host: &Host, force: &InForce, new: &NewDeal) -> Result<Option<Lead>, Error> {
    let store = &host.store;
    let owner = &new.manufacturer;
    let mut problems = Vec::new();
    let participant = store
        .participant(owner, &new.contract, &new.partner)
        .await?;
    if participant.is_none() {
        problems.push(Problem::new(
            "/partner",
            "is not a partner of this contract",
        ));
    }
    for (pointer, text) in [
        ("/external-id", new.external_id.as_deref()),
        ("/customer", new.customer.as_ref().map(|id| id.as_str())),
    ] {
        if let Some(text) = text
            && let Err(bad) = text::check_line(text, NAME_CHARS_MAX)
        {
            problems.push(Problem::new(pointer, bad.to_string()));
        }
    }
    if let Some(external_id) = &new.external_id {
        let known = store
            .deal_by_external_id(owner, &new.contract, external_id)
            .await?;
        if known.is_some() {
            problems.push(Problem::new(
                "/external-id",
                "is taken by another deal of this contract",
            ));
        }
    }
    let lead = match &new.lead {
        Some(lead) => {
            let held = store.lead(owner, lead).await?.filter(|lead| {
                lead.contract == new.contract && lead.holder.as_ref() == Some(&new.partner)
            });
            if held.is_none() {
                problems.push(Problem::new(
                    "/lead",
                    "is no lead of this contract that the partner holds",
                ));
            }
            held
        }
        None => None,
    };
    problems.extend(check::attributes(
        &force.terms,
        &new.attributes,
        &[Of::Deal],
        "/attributes",
    ));
    problems.extend(check::sold(&force.terms, new.value, &new.lines));
    check::refuse(problems)?;
    Ok(lead)
}
