//! Business that comes of leads, and some that comes of none: registered, won,
//! lost, cancelled.

use super::draft::Draft;
use super::feedback::{not_held, note_progress};
use super::{Decided, Error, Origin, contract, escalate};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deal::{Deal, DealState, Line};
use crate::domain::happening::Event;
use crate::domain::ids::{
    ContractId, CustomerId, DealId, LeadId, ManufacturerId, PartnerId, TokenId,
};
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{ClaimEnding, OfferState};
use crate::domain::time::Micros;
use crate::host::{Host, InForce};
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

/// How the holder's work on a lead has ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub partner: PartnerId,
    pub result: Ending,
    /// None: now.
    pub occurred_at: Option<Micros>,
    pub attributes: Attributes,
}

#[derive(Clone, Debug)]
pub enum Ending {
    /// With what was sold; the value is the sum of the lines where it is missing.
    Won {
        value: Option<i64>,
        lines: Vec<Line>,
        external_id: Option<String>,
    },
    Lost,
}

/// Registers a deal: the registrant is protected by the qualification policy.
pub async fn register(host: &Host, new: &NewDeal, origin: &Origin<Deal>) -> Result<Deal, Error> {
    super::again::on_stale(|| async {
        let force = host.contract(&new.manufacturer, &new.contract).await?;
        let now = host.clock.now();
        if host
            .store
            .participant(&new.manufacturer, &new.contract, &new.partner)
            .await?
            .is_none()
        {
            return Err(Error::invalid(
                "/partner",
                "is not a partner of this contract",
            ));
        }
        check_lines(&force, &new.lines)?;
        let deal = Deal {
            manufacturer: new.manufacturer.clone(),
            id: host.ids.next(now),
            contract: new.contract.clone(),
            external_id: new.external_id.clone(),
            lead: new.lead.clone(),
            partner: new.partner.clone(),
            customer: new.customer.clone(),
            state: DealState::Registered,
            registered_at: new.registered_at.unwrap_or(now),
            ended_at: None,
            value: value_of(new.value, &new.lines)?,
            lines: new.lines.clone(),
            attributes: new.attributes.clone(),
            version: 0,
        };
        let mut changes = Changes {
            guards: vec![Guard::Deal(deal.id.clone(), None)],
            ..Changes::default()
        };
        changes.events.push(event_of(
            host,
            &deal,
            "deal-registered",
            deal.registered_at,
            now,
            origin.actor.clone(),
        ));
        changes.deals.push(deal.clone());
        finish(host, deal, changes, now, origin).await
    })
    .await
}

/// The holder reports a win or a loss; the lead's cycle ends.
///
/// # Errors
/// `Taken` or `NotFound` unless the partner holds the lead, `WrongState` when
/// it has an outcome already.
pub async fn conclude(
    host: &Host,
    outcome: &Outcome,
    origin: &Origin<Option<Deal>>,
) -> Result<Option<Deal>, Error> {
    super::again::on_stale(|| async {
        let decided = decide(host, outcome, origin).await?;
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

/// What is committed when the holder reports a win or a loss.
pub async fn decide(
    host: &Host,
    outcome: &Outcome,
    origin: &Origin<Option<Deal>>,
) -> Result<Decided<Option<Deal>>, Error> {
    let mut draft = Draft::load(
        host,
        &outcome.manufacturer,
        &outcome.lead,
        origin.actor.clone(),
    )
    .await?;
    if draft.lead.state.has_ended() {
        return Err(Error::WrongState {
            state: draft.lead.state,
            wanted: "conclude",
        });
    }
    if draft
        .claim
        .as_ref()
        .is_none_or(|claim| claim.partner != outcome.partner)
    {
        return Err(not_held(&draft, &outcome.partner));
    }
    let occurred_at = contract::occurred_at(&draft.force, draft.now, outcome.occurred_at)?;
    let (deal, attributes) = end(
        &mut draft,
        &outcome.partner,
        &outcome.result,
        &outcome.attributes,
        occurred_at,
    )?;
    let code = if deal.is_some() { "won" } else { "lost" };
    let since = draft.now;
    escalate::since_then(&mut draft, code, attributes, since).await?;
    origin.keep_answer(&deal, draft.now, &mut draft.changes);
    Ok(Decided {
        outcome: deal,
        command: draft.into_command(),
    })
}

/// Ends the holder's work on the lead, as the holder says. Answers the deal that
/// was won, and the attributes of the event.
pub(super) fn end(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    result: &Ending,
    attributes: &Attributes,
    occurred_at: Micros,
) -> Result<(Option<Deal>, Attributes), Error> {
    let deal = match result {
        Ending::Won {
            value,
            lines,
            external_id,
        } => {
            check_lines(&draft.force, lines)?;
            Some(Deal {
                manufacturer: draft.lead.manufacturer.clone(),
                id: draft.next_id(),
                contract: draft.lead.contract.clone(),
                external_id: external_id.clone(),
                lead: Some(draft.lead.id.clone()),
                partner: partner.clone(),
                customer: draft.lead.customer.clone(),
                state: DealState::Won,
                registered_at: occurred_at,
                ended_at: Some(occurred_at),
                value: value_of(*value, lines)?,
                lines: lines.clone(),
                attributes: attributes.clone(),
                version: 0,
            })
        }
        Ending::Lost => None,
    };
    let (code, trigger, ending) = if deal.is_some() {
        ("won", Trigger::Won, ClaimEnding::Won)
    } else {
        ("lost", Trigger::Lost, ClaimEnding::Lost)
    };
    let in_time = note_progress(draft, code, occurred_at)?;
    draft.move_by(trigger, "conclude")?;
    draft.lead.ended_at = Some(draft.now);
    let mut attributes = attributes.clone();
    attributes.extend(in_time);
    if let Some(customer) = &draft.lead.customer {
        let customer = AttributeValue::Text(customer.as_str().to_owned());
        attributes.insert("customer".to_owned(), customer);
    }
    if let Some(value) = deal.as_ref().and_then(|deal| deal.value) {
        attributes.insert("value".to_owned(), AttributeValue::Money(value));
    }
    draft.record_at(code, Some(partner), attributes.clone(), occurred_at);
    if let Some(deal) = &deal {
        draft
            .changes
            .guards
            .push(Guard::Deal(deal.id.clone(), None));
        draft.changes.deals.push(deal.clone());
        if let Some(event) = draft.changes.events.last_mut() {
            event.deal = Some(deal.id.clone());
            event.lines = deal.lines.clone();
        }
    }
    draft.end_claim(ending);
    draft.end_offers(OfferState::Withdrawn);
    draft.drop_deadlines();
    Ok((deal, attributes))
}

/// A registered deal that has no lead is won or lost, or a won one is cancelled.
///
/// # Errors
/// `Invalid` when the deal's state does not allow it.
pub async fn change(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &DealId,
    to: DealState,
    occurred_at: Option<Micros>,
    attributes: &Attributes,
    origin: &Origin<Deal>,
) -> Result<Deal, Error> {
    super::again::on_stale(|| async {
        let decided =
            decide_change(host, manufacturer, id, to, occurred_at, attributes, origin).await?;
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

/// What is committed when a deal changes its state.
pub async fn decide_change(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &DealId,
    to: DealState,
    occurred_at: Option<Micros>,
    attributes: &Attributes,
    origin: &Origin<Deal>,
) -> Result<Decided<Deal>, Error> {
    let deal = host
        .store
        .deal(manufacturer, id)
        .await?
        .ok_or(Error::NotFound { what: "deal" })?;
    let now = host.clock.now();
    let force = host.contract(manufacturer, &deal.contract).await?;
    let occurred_at = contract::occurred_at(&force, now, occurred_at)?;
    let mut changes = Changes {
        guards: vec![Guard::Deal(deal.id.clone(), Some(deal.version))],
        ..Changes::default()
    };
    let (deal, mut event) = altered(host, deal, to, occurred_at, now, origin.actor.clone())?;
    event.attributes.extend(attributes.clone());
    changes.events.push(event);
    changes.deals.push(deal.clone());
    origin.keep_answer(&deal, now, &mut changes);
    Ok(Decided {
        command: Command {
            manufacturer: deal.manufacturer.clone(),
            changes,
        },
        outcome: deal,
    })
}

/// The deal in its new state, and the event that tells of it.
pub(super) fn altered(
    host: &Host,
    mut deal: Deal,
    to: DealState,
    occurred_at: Micros,
    now: Micros,
    actor: Option<TokenId>,
) -> Result<(Deal, Event), Error> {
    if !deal.state.may_become(to) {
        return Err(Error::invalid(
            "/state",
            format!(
                "the deal is {}; it cannot become {}",
                deal.state.as_str(),
                to.as_str()
            ),
        ));
    }
    deal.state = to;
    deal.ended_at = Some(occurred_at);
    let event = event_of(host, &deal, to.as_str(), occurred_at, now, actor);
    Ok((deal, event))
}

async fn finish(
    host: &Host,
    deal: Deal,
    mut changes: Changes,
    now: Micros,
    origin: &Origin<Deal>,
) -> Result<Deal, Error> {
    origin.keep_answer(&deal, now, &mut changes);
    host.store
        .commit(Command {
            manufacturer: deal.manufacturer.clone(),
            changes,
        })
        .await?;
    Ok(deal)
}

fn event_of(
    host: &Host,
    deal: &Deal,
    code: &str,
    occurred_at: Micros,
    now: Micros,
    actor: Option<TokenId>,
) -> Event {
    let attributes = deal
        .value
        .map(|value| ("value".to_owned(), AttributeValue::Money(value)))
        .into_iter()
        .collect();
    Event {
        manufacturer: deal.manufacturer.clone(),
        id: host.ids.next(now),
        contract: deal.contract.clone(),
        lead: deal.lead.clone(),
        cycle: 0,
        deal: Some(deal.id.clone()),
        partner: Some(deal.partner.clone()),
        code: code.to_owned(),
        occurred_at,
        recorded_at: now,
        attributes,
        lines: deal.lines.clone(),
        decision: None,
        actor,
    }
}

/// The value that was given, or the sum of the lines.
fn value_of(value: Option<i64>, lines: &[Line]) -> Result<Option<i64>, Error> {
    if value.is_some() || lines.is_empty() {
        return Ok(value);
    }
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.value))
        .map(Some)
        .ok_or_else(|| Error::invalid("/lines", "add up to more than 64 bits hold"))
}

fn check_lines(force: &InForce, lines: &[Line]) -> Result<(), Error> {
    for (position, line) in lines.iter().enumerate() {
        if force.terms.product(&line.product).is_none() {
            return Err(Error::invalid(
                format!("/lines/{position}/product"),
                format!("`{}` is not in the contract's catalogue", line.product),
            ));
        }
    }
    Ok(())
}
