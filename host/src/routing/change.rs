//! The sender of a lead knows better: what nobody has been offered yet is
//! assessed again; later only the contact can be put right.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::intake::{self, NewLead, Received};
use super::{Error, Origin, again, contract, duplicates};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::lifecycle::{State, Trigger};
use crate::host::Host;
use crate::store::changes::Guard;

/// Changes a lead as its sender knows it.
///
/// # Errors
/// `Invalid` when the lead would contradict the terms; `WrongState` when partners
/// have seen what is to change; `OtherVersion` when it is not the `expected` one.
pub async fn change(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    change: impl Fn(&mut NewLead),
    expected: Option<i64>,
    origin: &Origin<Received>,
) -> Result<Received, Error> {
    again::on_stale(|| async {
        let mut draft = Draft::load(host, manufacturer, lead, origin.actor.clone()).await?;
        if let Some(expected) = expected
            && expected != draft.lead.version
        {
            return Err(Error::OtherVersion {
                now: draft.lead.version,
            });
        }
        if draft.lead.state == State::Erased {
            return Err(wrong_state(&draft));
        }
        let before = known(&draft);
        let mut wanted = before.clone();
        change(&mut wanted);
        contract::check(&draft.force, draft.now, &wanted)?;
        let fields = differing(&before, &wanted);
        if fields.is_empty() {
            return Ok(Received { lead: draft.lead });
        }
        take_external_id(&mut draft, &before, &wanted).await?;
        take_over(&mut draft, wanted, fields).await?;
        let mut decided = intake::finish(draft, origin);
        host.store.commit(decided.command).await?;
        decided.outcome.lead.version += 1;
        Ok(decided.outcome)
    })
    .await
}

fn wrong_state(draft: &Draft<'_>) -> Error {
    Error::WrongState {
        state: draft.lead.state,
        wanted: "change",
    }
}

/// The lead as its sender would send it now.
fn known(draft: &Draft<'_>) -> NewLead {
    NewLead {
        external_id: draft.lead.external_id.clone(),
        teaser: draft.lead.teaser.clone(),
        contact: draft.contact.clone(),
        customer: draft.lead.customer.clone(),
        ..NewLead::default()
    }
}

/// What differs, by the names of the fields; never what is in them.
fn differing(before: &NewLead, after: &NewLead) -> BTreeSet<String> {
    let (old, new) = (&before.teaser, &after.teaser);
    [
        ("external-id", before.external_id != after.external_id),
        ("customer", before.customer != after.customer),
        ("product", old.product != new.product),
        ("source", old.source != new.source),
        ("country", old.country != new.country),
        ("postcode", old.postcode != new.postcode),
        ("value", old.value != new.value),
        ("provenance", old.provenance != new.provenance),
        ("attributes", old.attributes != new.attributes),
        ("contact", before.contact != after.contact),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(name, _)| name.to_owned())
    .collect()
}

async fn take_external_id(
    draft: &mut Draft<'_>,
    before: &NewLead,
    wanted: &NewLead,
) -> Result<(), Error> {
    let Some(external_id) = &wanted.external_id else {
        return Ok(());
    };
    if before.external_id.as_ref() == Some(external_id) {
        return Ok(());
    }
    let known = draft
        .host
        .store
        .lead_by_external_id(&draft.lead.manufacturer, &draft.lead.contract, external_id)
        .await?;
    if known.is_some() {
        return Err(Error::invalid(
            "/external-id",
            "is taken by another lead of this contract",
        ));
    }
    draft.changes.guards.push(Guard::NewExternalId(
        draft.lead.contract.clone(),
        external_id.clone(),
    ));
    Ok(())
}

/// Puts the change into the draft, and has the lead assessed where nobody has
/// seen it yet.
async fn take_over(
    draft: &mut Draft<'_>,
    wanted: NewLead,
    fields: BTreeSet<String>,
) -> Result<(), Error> {
    let unseen = matches!(
        draft.lead.state,
        State::Received | State::NeedsInfo | State::Nurturing
    );
    if unseen {
        draft.move_by(Trigger::Answered, "change")?;
    } else if draft.lead.teaser != wanted.teaser || draft.lead.customer != wanted.customer {
        return Err(wrong_state(draft));
    }
    draft.lead.external_id = wanted.external_id;
    draft.lead.teaser = wanted.teaser;
    draft.lead.customer = wanted.customer;
    draft.contact = wanted.contact;
    draft
        .changes
        .contacts
        .push((draft.lead.id.clone(), draft.contact.clone()));
    let fields = AttributeValue::Texts(fields);
    draft.record(
        "changed",
        None,
        Attributes::from([("fields".to_owned(), fields)]),
    );
    duplicates::add_keys(draft).await?;
    if unseen {
        let activities = draft
            .host
            .store
            .activities(&draft.lead.manufacturer, &draft.lead.id)
            .await?;
        intake::assess(draft, &activities).await?;
    }
    Ok(())
}
