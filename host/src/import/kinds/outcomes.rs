//! Outcomes of leads that are here already, by the leads' external identifiers.
//! Of a lead that somebody holds the outcome is taken as the holder's report; of
//! any other it becomes history, with the claim that came before it.

use std::collections::HashMap;

use super::{Context, Item, Outcome, Ready as AnyReady, Verdict, past, problem};
use crate::domain::attribute::Attributes;
use crate::domain::deal::{Deal, DealState};
use crate::domain::lead::Lead;
use crate::domain::lifecycle::State;
use crate::domain::text::shown;
use crate::domain::time::Micros;
use crate::host::Problem;
use crate::import::at_once::at_once;
use crate::import::error::ImportError;
use crate::import::field::ATTRIBUTES;
use crate::import::mapping::ReadValues;
use crate::import::run::Mode;
use crate::routing::Error;
use crate::routing::deals::{self, Ending};
use crate::routing::history::{self, Past, PastResult};
use crate::store::changes::Changes;

/// An outcome of a file.
#[derive(Clone)]
pub struct Ready {
    /// The lead's external identifier.
    lead: String,
    what: What,
}

#[derive(Clone)]
enum What {
    /// Won or lost, with what came before.
    Ended(Past),
    /// What was won is called off.
    Cancelled {
        at: Micros,
        /// The deal's external identifier, where the lead has several.
        deal: Option<String>,
        attributes: Attributes,
    },
}

impl Ready {
    pub fn keys(&self) -> Vec<String> {
        vec![format!("lead {}", self.lead)]
    }
}

pub(super) fn read(context: &Context, values: &ReadValues) -> Result<Ready, Vec<Problem>> {
    let lead = values.text("lead").unwrap_or_default();
    let attributes = values.group(ATTRIBUTES);
    if values.text("outcome").as_deref() == Some("cancelled") {
        let at = values
            .instant("outcome-at")
            .ok_or_else(|| vec![problem("outcome-at", "is blank: when was it cancelled?")])?;
        let deal = values.text("deal-id");
        return Ok(Ready {
            lead,
            what: What::Cancelled {
                at,
                deal,
                attributes,
            },
        });
    }
    // Without an outcome there is no row: the field is needed.
    let past = past::read(context, values, None)?.unwrap_or_default();
    Ok(Ready {
        lead,
        what: What::Ended(Past { attributes, ..past }),
    })
}

pub(super) async fn decide(context: &Context, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
    let outcomes: Vec<Ready> = items
        .iter()
        .filter_map(|item| match &item.ready {
            AnyReady::Outcome(outcome) => Some((**outcome).clone()),
            _ => None,
        })
        .collect();
    let external_ids: Vec<String> = outcomes
        .iter()
        .map(|outcome| outcome.lead.clone())
        .collect();
    let mut known: HashMap<String, Lead> = context
        .host
        .store
        .leads_by_external_ids(&context.manufacturer, &context.contract, &external_ids)
        .await?
        .into_iter()
        .filter_map(|lead| Some((lead.external_id.clone()?, lead)))
        .collect();
    let work = outcomes
        .into_iter()
        .map(|outcome| (known.remove(&outcome.lead), outcome))
        .collect();
    let verdicts = at_once(work, |(lead, outcome)| {
        let context = context.clone();
        async move {
            let lead = lead.ok_or_else(|| {
                let message = format!("the contract has no lead `{}`", shown(&outcome.lead));
                Error::Invalid(vec![problem("lead", message)])
            })?;
            carry_out(&context, &lead, outcome.what).await
        }
    });
    verdicts
        .await
        .map_err(ImportError::Fault)?
        .into_iter()
        .map(|verdict| {
            verdict
                .map(|changes| match changes {
                    Some(changes) => Verdict::of(Outcome::Imported, changes),
                    None => Verdict::unchanged(),
                })
                .or_else(|error| context.refused(error))
        })
        .collect()
}

/// The changes; none where they have been made already.
async fn carry_out(context: &Context, lead: &Lead, what: What) -> Result<Option<Changes>, Error> {
    match what {
        What::Cancelled {
            at,
            deal,
            attributes,
        } => cancel(context, lead, deal.as_deref(), at, &attributes).await,
        What::Ended(mut past) => {
            sold(&mut past, lead.teaser.product.as_deref());
            let number = lead.external_id.as_deref().unwrap_or_default();
            context.assume(&mut past, number, Some(lead.received_at));
            end(context, lead, past).await
        }
    }
}

async fn end(context: &Context, lead: &Lead, past: Past) -> Result<Option<Changes>, Error> {
    let result = past.ending.as_ref().map(|ending| &ending.result);
    match (lead.state, result) {
        (State::Won, Some(PastResult::Held(Ending::Won { .. })))
        | (State::Lost, Some(PastResult::Held(Ending::Lost))) => return Ok(None),
        (State::Won, Some(PastResult::Cancelled { won, cancelled_at })) => {
            let Ending::Won { external_id, .. } = won else {
                return Ok(None);
            };
            let deal = external_id.as_deref();
            return cancel(context, lead, deal, *cancelled_at, &past.attributes).await;
        }
        _ => {}
    }
    if lead.state.is_held() {
        return report(context, lead, past).await;
    }
    let origin = context.origin();
    let decided = history::add(
        &context.host,
        &context.manufacturer,
        &lead.id,
        &past,
        &origin,
    );
    Ok(Some(decided.await?.command.changes))
}

/// The outcome as the holder's report.
async fn report(context: &Context, lead: &Lead, past: Past) -> Result<Option<Changes>, Error> {
    let holder = lead.holder.clone();
    let partner = past
        .partner
        .or(holder.clone())
        .filter(|partner| holder.as_ref() == Some(partner))
        .ok_or(Error::Taken)?;
    let Some((at, result)) = past.ending.map(|ending| (ending.at, ending.result)) else {
        return Ok(None);
    };
    let PastResult::Held(result) = result else {
        return Err(Error::Invalid(vec![problem(
            "cancelled-at",
            "a partner holds the lead: import the win first, and that it was cancelled after it",
        )]));
    };
    if context.mode == Mode::DryRun {
        return Ok(Some(Changes::default()));
    }
    let outcome = deals::Outcome {
        manufacturer: context.manufacturer.clone(),
        lead: lead.id.clone(),
        partner,
        result,
        occurred_at: Some(at),
        attributes: past.attributes,
    };
    let origin = context.origin();
    let decided = deals::decide(&context.host, &outcome, &origin).await?;
    Ok(Some(decided.command.changes))
}

/// Calls off what was won.
async fn cancel(
    context: &Context,
    lead: &Lead,
    external_id: Option<&str>,
    at: Micros,
    attributes: &Attributes,
) -> Result<Option<Changes>, Error> {
    let deals = context
        .host
        .store
        .deals_of_lead(&context.manufacturer, &lead.id)
        .await?;
    let meant: Vec<&Deal> = deals
        .iter()
        .filter(|deal| external_id.is_none() || deal.external_id.as_deref() == external_id)
        .collect();
    let deal = match meant.as_slice() {
        [deal] => deal,
        [] => {
            return Err(Error::Invalid(vec![problem(
                "outcome",
                "nothing was won of this lead that could be cancelled",
            )]));
        }
        _ => {
            return Err(Error::Invalid(vec![problem(
                "deal-id",
                "the lead has several deals: say which one was cancelled",
            )]));
        }
    };
    if deal.state == DealState::Cancelled {
        return Ok(None);
    }
    let origin = context.origin();
    let altering = deals::Altering {
        manufacturer: context.manufacturer.clone(),
        deal: deal.id.clone(),
        to: DealState::Cancelled,
        occurred_at: Some(at),
        attributes: attributes.clone(),
        expected: None,
    };
    let decided = deals::decide_change(&context.host, &altering, &origin).await?;
    Ok(Some(decided.command.changes))
}

/// Without a product of its own, what was won is what the lead was about.
fn sold(past: &mut Past, product: Option<&str>) {
    let Some(ending) = &mut past.ending else {
        return;
    };
    if let PastResult::Held(won) | PastResult::Cancelled { won, .. } = &mut ending.result {
        past::add_line(won, product);
    }
}
