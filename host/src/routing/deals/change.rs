//! What becomes of a deal: it is won, lost, or called off.

use super::conclude::{Ended, close};
use super::{check, event_of};
use crate::domain::attribute::Attributes;
use crate::domain::deal::{Deal, DealState};
use crate::domain::happening::Event;
use crate::domain::ids::{DealId, ManufacturerId, TokenId};
use crate::domain::terms::Of;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Mistake, Problem};
use crate::routing::draft::Draft;
use crate::routing::{Decided, Error, Origin, again, contract, escalate};
use crate::store::changes::{Changes, Command, Guard};

/// What is to become of a deal.
#[derive(Clone, Debug)]
pub struct Altering {
    pub manufacturer: ManufacturerId,
    pub deal: DealId,
    pub to: DealState,
    /// None: now.
    pub occurred_at: Option<Micros>,
    /// As the terms declare them for events or for deals.
    pub attributes: Attributes,
    /// The version that it is meant for; none: whichever there is.
    pub expected: Option<i64>,
}

/// A registered deal is won or lost, or a won one is cancelled. Where the
/// partner holds the lead that it comes of, the lead ends with the deal: at the
/// first win, or with the last deal that is lost.
///
/// # Errors
/// `Invalid` when the deal's state does not allow it; `OtherVersion`.
pub async fn change(
    host: &Host,
    altering: &Altering,
    origin: &Origin<Deal>,
) -> Result<Deal, Error> {
    again::on_stale(|| async {
        let decided = decide_change(host, altering, origin).await?;
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

/// What is committed when a deal changes its state.
pub async fn decide_change(
    host: &Host,
    altering: &Altering,
    origin: &Origin<Deal>,
) -> Result<Decided<Deal>, Error> {
    let Altering {
        manufacturer,
        deal,
        attributes,
        ..
    } = altering;
    let deal = host
        .store
        .deal(manufacturer, deal)
        .await?
        .ok_or(Error::NotFound { what: "deal" })?;
    if let Some(expected) = altering.expected
        && expected != deal.version
    {
        return Err(Error::OtherVersion { now: deal.version });
    }
    let now = host.clock.now();
    let force = host.contract(manufacturer, &deal.contract).await?;
    let of = [Of::Event, Of::Deal];
    check::refuse(check::attributes(
        &force.terms,
        attributes,
        &of,
        "/attributes",
    ))?;
    let occurred_at = contract::occurred_at(&force, now, altering.occurred_at, "/occurred-at")?;
    let actor = origin.actor.clone();
    let (mut deal, event) = altered(host, deal, altering.to, occurred_at, now, actor)?;
    deal.attributes
        .extend(check::of(&force.terms, Of::Deal, attributes));
    if let Some(draft) = held(host, &deal, origin).await? {
        return with_lead(draft, deal, attributes, occurred_at, origin).await;
    }
    alone(host, &force, deal, event, attributes, now, origin).await
}

/// The lead that ends with the deal, if one does.
async fn held<'a>(
    host: &'a Host,
    deal: &Deal,
    origin: &Origin<Deal>,
) -> Result<Option<Draft<'a>>, Error> {
    let (Some(lead), DealState::Won | DealState::Lost) = (&deal.lead, deal.state) else {
        return Ok(None);
    };
    let draft = Draft::load(host, &deal.manufacturer, lead, origin.actor.clone()).await?;
    let holds = draft
        .claim
        .as_ref()
        .is_some_and(|claim| claim.partner == deal.partner);
    let ends = holds && (deal.state == DealState::Won || !has_another(host, deal).await?);
    Ok(ends.then_some(draft))
}

/// Whether the lead may still come to business of its holder.
async fn has_another(host: &Host, deal: &Deal) -> Result<bool, Error> {
    let Some(lead) = &deal.lead else {
        return Ok(false);
    };
    let deals = host.store.deals_of_lead(&deal.manufacturer, lead).await?;
    Ok(deals.iter().any(|other| {
        other.id != deal.id && other.partner == deal.partner && other.state == DealState::Registered
    }))
}

/// The lead's cycle ends with the deal.
async fn with_lead(
    mut draft: Draft<'_>,
    deal: Deal,
    attributes: &Attributes,
    occurred_at: Micros,
    origin: &Origin<Deal>,
) -> Result<Decided<Deal>, Error> {
    let (code, ended) = match deal.state {
        DealState::Won => ("won", Ended::Won(&deal)),
        _ => ("lost", Ended::Lost(Some(&deal))),
    };
    let partner = deal.partner.clone();
    let attributes = close(&mut draft, &partner, ended, attributes, occurred_at)?;
    let since = draft.now;
    escalate::since_then(&mut draft, code, attributes, since).await?;
    let outcome = Deal {
        version: deal.version + 1,
        ..deal
    };
    origin.keep_answer(&outcome, draft.now, &mut draft.changes);
    Ok(Decided {
        outcome,
        command: draft.into_command(),
    })
}

/// Only the deal changes; the event stands in the cycle that the deal came of.
async fn alone(
    host: &Host,
    force: &InForce,
    deal: Deal,
    mut event: Event,
    attributes: &Attributes,
    now: Micros,
    origin: &Origin<Deal>,
) -> Result<Decided<Deal>, Error> {
    let mut changes = Changes {
        guards: vec![Guard::Deal(deal.id.clone(), Some(deal.version))],
        ..Changes::default()
    };
    event
        .attributes
        .extend(check::of(&force.terms, Of::Event, attributes));
    event.cycle = cycle_of(host, &deal).await?;
    changes.events.push(event);
    changes.deals.push(deal.clone());
    let outcome = Deal {
        version: deal.version + 1,
        ..deal
    };
    origin.keep_answer(&outcome, now, &mut changes);
    Ok(Decided {
        command: Command {
            manufacturer: outcome.manufacturer.clone(),
            changes,
        },
        outcome,
    })
}

/// The cycle of its lead that the deal came of; 0 where it came of none.
async fn cycle_of(host: &Host, deal: &Deal) -> Result<u32, Error> {
    let Some(lead) = &deal.lead else { return Ok(0) };
    let events = host.store.events_of_lead(&deal.manufacturer, lead).await?;
    let first = events
        .into_iter()
        .map(|positioned| positioned.event)
        .find(|event| event.deal.as_ref() == Some(&deal.id));
    Ok(first.map_or(0, |event| event.cycle))
}

/// Whether a deal may become that, and then.
fn may_become(deal: &Deal, to: DealState, occurred_at: Micros) -> Result<(), Problem> {
    let state = deal.state.as_str();
    match (deal.state.may_become(to), to) {
        (true, DealState::Cancelled) => match deal.ended_at {
            // What takes money back would come before what has earned it, and find none.
            Some(won_at) if occurred_at < won_at => Err(Problem::new(
                "/occurred-at",
                format!(
                    "lies before the deal was won, at {won_at}: nothing can be called off \
                     that was not won yet"
                ),
            )
            .coded(Mistake::BeforeTheWin)),
            _ => Ok(()),
        },
        (true, _) => Ok(()),
        (false, DealState::Cancelled) if deal.state != DealState::Cancelled => Err(Problem::new(
            "/state",
            format!(
                "the deal is {state} and was never won: nothing was paid for it that could be \
                 called off"
            ),
        )
        .coded(Mistake::NeverWon)),
        (false, _) => Err(Problem::new(
            "/state",
            format!("the deal is {state}; it cannot become {}", to.as_str()),
        )),
    }
}

/// The deal in its new state, and the event that tells of it; the caller says of
/// which cycle of the lead.
pub(in crate::routing) fn altered(
    host: &Host,
    mut deal: Deal,
    to: DealState,
    occurred_at: Micros,
    now: Micros,
    actor: Option<TokenId>,
) -> Result<(Deal, Event), Error> {
    may_become(&deal, to, occurred_at).map_err(|problem| Error::Invalid(vec![problem]))?;
    deal.state = to;
    deal.ended_at = Some(occurred_at);
    let event = event_of(host, &deal, to.as_str(), occurred_at, now, actor);
    Ok((deal, event))
}
