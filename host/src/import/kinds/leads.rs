//! Leads: history where a row tells of one, else as if they had just come in.

use std::collections::HashMap;
use std::time::Duration;

use super::{Context, Item, Outcome, Ready as AnyReady, Verdict, past};
use crate::domain::duplicate;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Contact, Lead, Teaser};
use crate::host::Problem;
use crate::import::at_once::at_once;
use crate::import::error::ImportError;
use crate::import::field::{ATTRIBUTES, CONTACT_ATTRIBUTES};
use crate::import::mapping::{ReadValues, WithoutHistory};
use crate::import::run::Mode;
use crate::routing::intake::{self, NewLead};
use crate::routing::release::{self, Release};
use crate::routing::{Error, history};

/// A lead of a file.
#[derive(Clone)]
pub struct Ready {
    external_id: String,
    new: NewLead,
    past: Option<history::Past>,
}

impl Ready {
    /// Leads that may be the same are not decided beside each other, so that one
    /// of them sees the other.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = vec![format!("lead {}", self.external_id)];
        if self.past.is_none() {
            let teaser = &self.new.teaser;
            let same = duplicate::keys(
                &self.new.contact,
                teaser.country.as_deref(),
                teaser.postcode.as_deref(),
            );
            keys.extend(same.into_iter().map(|key| key.digest));
        }
        keys
    }
}

pub(super) fn read(context: &Context, values: &ReadValues) -> Result<Ready, Vec<Problem>> {
    let external_id = values.text("external-id").unwrap_or_default();
    let teaser = Teaser {
        product: values.text("product"),
        source: values.text("source"),
        country: values.text("country"),
        postcode: values.text("postcode"),
        value: values.money("value"),
        attributes: values.group(ATTRIBUTES),
        provenance: values.text("provenance"),
    };
    let contact = Contact {
        name: values.text("contact.name"),
        email: values.text("contact.email"),
        phone: values.text("contact.phone"),
        company: values.text("contact.company"),
        street: values.text("contact.street"),
        city: values.text("contact.city"),
        note: values.text("contact.note"),
        attributes: values.group(CONTACT_ATTRIBUTES),
    };
    let received_at = values.instant("received-at");
    let mut past = past::read(context, values, teaser.product.as_deref())?;
    if let Some(past) = &mut past {
        context.assume(past, &external_id, received_at);
    }
    let new = NewLead {
        external_id: Some(external_id.clone()),
        teaser,
        contact,
        customer: values.text("customer").map(Into::into),
        received_at,
        ..NewLead::default()
    };
    Ok(Ready {
        external_id,
        new,
        past,
    })
}

/// The sandboxes may have no room for so long; then the import ends, to be run
/// again.
const ROOM_WAITS_MAX: u32 = 100;
const ROOM_WAIT: Duration = Duration::from_millis(50);

/// What becomes of a row.
#[derive(Clone)]
enum Step {
    History(Ready),
    Route(Ready),
    /// It waits since an earlier import.
    Release(LeadId),
    Wait(Ready),
    Unchanged,
}

pub(super) async fn decide(context: &Context, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
    let external_ids: Vec<String> = items
        .iter()
        .filter_map(|item| match &item.ready {
            AnyReady::Lead(lead) => Some(lead.external_id.clone()),
            _ => None,
        })
        .collect();
    let known: HashMap<String, Lead> = context
        .host
        .store
        .leads_by_external_ids(&context.manufacturer, &context.contract, &external_ids)
        .await?
        .into_iter()
        .filter_map(|lead| Some((lead.external_id.clone()?, lead)))
        .collect();
    let steps = items
        .iter()
        .map(|item| match &item.ready {
            AnyReady::Lead(lead) => step(context, lead, known.get(&lead.external_id)),
            _ => Step::Unchanged,
        })
        .collect();
    let outcomes = at_once(steps, |step| {
        let context = context.clone();
        async move {
            let mut waits = 0;
            loop {
                match carry_out(&context, step.clone()).await {
                    Err(Error::Overloaded(_)) if waits < ROOM_WAITS_MAX => {
                        waits += 1;
                        tokio::time::sleep(ROOM_WAIT).await;
                    }
                    decided => return decided,
                }
            }
        }
    });
    outcomes
        .await
        .map_err(ImportError::Fault)?
        .into_iter()
        .map(|outcome| outcome.or_else(|error| context.refused(error)))
        .collect()
}

fn step(context: &Context, ready: &Ready, known: Option<&Lead>) -> Step {
    let waits = |lead: &Lead| {
        let manual = lead.manual.as_ref();
        manual.is_some_and(|manual| manual.code == history::WAITS)
    };
    match (known, &ready.past, context.without_history) {
        (Some(lead), None, WithoutHistory::Route) if waits(lead) => Step::Release(lead.id.clone()),
        (Some(_), _, _) => Step::Unchanged,
        (None, Some(_), _) => Step::History(ready.clone()),
        (None, None, WithoutHistory::Route) => Step::Route(ready.clone()),
        (None, None, WithoutHistory::Wait) => Step::Wait(ready.clone()),
    }
}

async fn carry_out(context: &Context, step: Step) -> Result<Verdict, Error> {
    let Context {
        host,
        manufacturer,
        contract,
        force,
        ..
    } = context;
    let origin = context.origin();
    let (outcome, command) = match step {
        Step::Unchanged => return Ok(Verdict::unchanged()),
        Step::History(Ready { new, past, .. }) => {
            let past = past.unwrap_or_default();
            let decided = history::keep(host, force, &new, &past, &origin)?;
            (Outcome::Imported, decided.command)
        }
        Step::Wait(Ready { new, .. }) => {
            let decided = history::wait(host, force, &new, &origin)?;
            (Outcome::Imported, decided.command)
        }
        Step::Route(Ready { new, .. }) if context.mode == Mode::DryRun => {
            intake::check(force, host.clock.now(), &new)?;
            return Ok(Verdict::of(Outcome::Routed, Default::default()));
        }
        Step::Release(_) if context.mode == Mode::DryRun => {
            return Ok(Verdict::of(Outcome::Routed, Default::default()));
        }
        Step::Route(Ready { new, .. }) => {
            let decided = intake::decide(host, manufacturer, contract, &new, &origin).await?;
            (Outcome::Routed, decided.command)
        }
        Step::Release(lead) => {
            let origin = context.origin();
            let decided =
                release::decide(host, manufacturer, &lead, &Release::TryAgain, &origin).await?;
            (Outcome::Routed, decided.command)
        }
    };
    Ok(Verdict::of(outcome, command.changes))
}
