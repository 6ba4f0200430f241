//! The holder reports a win or a loss; the lead's cycle ends.

use super::check;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deal::{Deal, DealState, Line};
use crate::domain::figure::marks;
use crate::domain::ids::{LeadId, ManufacturerId, PartnerId};
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{ClaimEnding, OfferState};
use crate::domain::terms::Of;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Problem};
use crate::routing::draft::Draft;
use crate::routing::feedback::{not_held, note_progress};
use crate::routing::{Decided, Error, Origin, again, contract, escalate};
use crate::store::changes::Guard;

/// How the holder's work on a lead has ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub partner: PartnerId,
    pub result: Ending,
    /// None: now.
    pub occurred_at: Option<Micros>,
    /// As the terms declare them for events or for deals.
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With what was sold; the value is the sum of the lines where it is missing.
    Won {
        value: Option<i64>,
        lines: Vec<Line>,
        /// That of a deal that the partner has registered for the lead, or a new
        /// one's.
        external_id: Option<String>,
    },
    Lost,
}

/// The holder reports a win or a loss.
///
/// # Errors
/// `Taken`, `NotHeld` or `NotFound` unless the partner holds the lead,
/// `WrongState` when it has given the outcome already.
pub async fn conclude(
    host: &Host,
    outcome: &Outcome,
    origin: &Origin<Option<Deal>>,
) -> Result<Option<Deal>, Error> {
    again::on_stale(|| async {
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
    if draft
        .claim
        .as_ref()
        .is_none_or(|claim| claim.partner != outcome.partner)
    {
        return Err(not_held(&draft, &outcome.partner, "conclude"));
    }
    let mut problems = problems(&draft.force, draft.now, outcome);
    let registered = match registered(&draft, outcome).await {
        Err(Error::Invalid(found)) => {
            problems.extend(found);
            None
        }
        other => other?,
    };
    check::refuse(problems)?;
    let occurred_at = outcome.occurred_at.unwrap_or(draft.now);
    let attributes = &outcome.attributes;
    let (deal, attributes) = match registered {
        Some(deal) => {
            let deal = won(&draft, deal, &outcome.result, attributes, occurred_at)?;
            let attributes = close(
                &mut draft,
                &outcome.partner,
                Ended::Won(&deal),
                attributes,
                occurred_at,
            )?;
            (Some(deal), attributes)
        }
        None => end(
            &mut draft,
            &outcome.partner,
            &outcome.result,
            attributes,
            occurred_at,
        )?,
    };
    let code = if deal.is_some() { "won" } else { "lost" };
    let since = draft.now;
    escalate::since_then(&mut draft, code, attributes, since).await?;
    origin.keep_answer(&deal, draft.now, &mut draft.changes);
    Ok(Decided {
        outcome: deal,
        command: draft.into_command(),
    })
}

/// What the contract knows to be wrong with an outcome, all of it at once.
pub fn problems(force: &InForce, now: Micros, outcome: &Outcome) -> Vec<Problem> {
    let terms = &force.terms;
    let mut problems = Vec::new();
    let occurred_at = contract::occurred_at(force, now, outcome.occurred_at, "/occurred-at");
    if let Err(Error::Invalid(found)) = occurred_at {
        problems.extend(found);
    }
    if let Ending::Won {
        value,
        lines,
        external_id,
    } = &outcome.result
    {
        if let Some(external_id) = external_id {
            problems.extend(contract::external_id_problem(external_id));
        }
        problems.extend(check::sold(terms, *value, lines));
    }
    let of = [Of::Event, Of::Deal];
    let found = check::attributes(terms, &outcome.attributes, &of, "/attributes");
    problems.extend(found);
    problems
}

/// The deal that the partner has registered for the lead under the identifier
/// that the outcome names.
async fn registered(draft: &Draft<'_>, outcome: &Outcome) -> Result<Option<Deal>, Error> {
    let Ending::Won {
        external_id: Some(external_id),
        ..
    } = &outcome.result
    else {
        return Ok(None);
    };
    let known = draft
        .host
        .store
        .deal_by_external_id(&outcome.manufacturer, &draft.lead.contract, external_id)
        .await?;
    let Some(known) = known else { return Ok(None) };
    let fits = known.state == DealState::Registered
        && known.partner == outcome.partner
        && known.lead.as_ref() == Some(&outcome.lead);
    if fits {
        Ok(Some(known))
    } else {
        Err(Error::invalid(
            "/external-id",
            "is taken by another deal of this contract",
        ))
    }
}

/// Ends the holder's work on the lead, as the holder says. Answers the deal that
/// was won, and the attributes of the event.
pub(in crate::routing) fn end(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    result: &Ending,
    attributes: &Attributes,
    occurred_at: Micros,
) -> Result<(Option<Deal>, Attributes), Error> {
    let Ending::Won { external_id, .. } = result else {
        let attributes = close(draft, partner, Ended::Lost(None), attributes, occurred_at)?;
        return Ok((None, attributes));
    };
    let new = Deal {
        manufacturer: draft.lead.manufacturer.clone(),
        id: draft.next_id(),
        contract: draft.lead.contract.clone(),
        external_id: external_id.clone(),
        lead: Some(draft.lead.id.clone()),
        partner: partner.clone(),
        customer: draft.lead.customer.clone(),
        state: DealState::Registered,
        registered_at: occurred_at,
        ended_at: None,
        value: None,
        lines: Vec::new(),
        attributes: Attributes::new(),
        version: 0,
    };
    let deal = won(draft, new, result, attributes, occurred_at)?;
    let attributes = close(draft, partner, Ended::Won(&deal), attributes, occurred_at)?;
    Ok((Some(deal), attributes))
}

/// The deal with what was sold in the end.
fn won(
    draft: &Draft<'_>,
    mut deal: Deal,
    result: &Ending,
    attributes: &Attributes,
    occurred_at: Micros,
) -> Result<Deal, Error> {
    let terms = &draft.force.terms;
    if let Ending::Won { value, lines, .. } = result {
        check::refuse(check::sold(terms, *value, lines))?;
        if !lines.is_empty() {
            deal.lines.clone_from(lines);
        }
        deal.value = check::value_of(*value, lines)?.or(deal.value);
    }
    deal.attributes
        .extend(check::of(terms, Of::Deal, attributes));
    deal.state = DealState::Won;
    deal.ended_at = Some(occurred_at);
    Ok(deal)
}

/// What the holder's work has come to.
pub(super) enum Ended<'a> {
    Won(&'a Deal),
    /// With the deal that was registered for it, if there is one.
    Lost(Option<&'a Deal>),
}

/// Ends the lead's cycle with an event of that outcome. Answers the event's
/// attributes.
pub(super) fn close(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    ended: Ended<'_>,
    attributes: &Attributes,
    occurred_at: Micros,
) -> Result<Attributes, Error> {
    let (code, trigger, ending, deal) = match ended {
        Ended::Won(deal) => ("won", Trigger::Won, ClaimEnding::Won, Some(deal)),
        Ended::Lost(deal) => ("lost", Trigger::Lost, ClaimEnding::Lost, deal),
    };
    let marks = note_progress(draft, code, occurred_at)?;
    draft.move_by(trigger, "conclude")?;
    draft.lead.ended_at = Some(draft.now);
    let mut attributes = check::of(&draft.force.terms, Of::Event, attributes);
    attributes.extend(marks);
    attributes.extend(marks::of_ended_lead(&draft.lead.teaser));
    if let Some(customer) = &draft.lead.customer {
        let customer = AttributeValue::Text(customer.as_str().to_owned());
        attributes.insert("customer".to_owned(), customer);
    }
    if trigger == Trigger::Won
        && let Some(value) = deal.and_then(|deal| deal.value)
    {
        attributes.insert("value".to_owned(), AttributeValue::Money(value));
    }
    draft.record_at(code, Some(partner), attributes.clone(), occurred_at);
    if let Some(deal) = deal {
        let known = (deal.version > 0).then_some(deal.version);
        let changes = &mut draft.changes;
        changes.guards.push(Guard::Deal(deal.id.clone(), known));
        changes.deals.push(deal.clone());
        if let Some(event) = changes.events.last_mut() {
            event.deal = Some(deal.id.clone());
            event.lines.clone_from(&deal.lines);
        }
    }
    draft.end_claim(ending);
    draft.end_offers(OfferState::Withdrawn);
    draft.drop_deadlines();
    Ok(attributes)
}
