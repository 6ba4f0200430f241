//! A partner leaves a lead to others: a normal step that costs nothing.

use super::draft::Draft;
use super::{Error, Origin, distribute, escalate};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::ids::{LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{Decline, OfferState};
use crate::host::Host;

/// Who declines which lead, and why.
#[derive(Clone, Debug)]
pub struct Declining {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub partner: PartnerId,
    pub decline: Decline,
}

/// The offer is off; when it was the last one out, the next partners are asked
/// at once.
///
/// # Errors
/// `NotFound` when the lead was never offered to the partner, `NotOffered` when
/// the offer is no longer open.
pub async fn decline(
    host: &Host,
    declining: &Declining,
    origin: &Origin<Lead>,
) -> Result<Lead, Error> {
    super::again::on_stale(|| async {
        let mut draft = Draft::load(
            host,
            &declining.manufacturer,
            &declining.lead,
            origin.actor.clone(),
        )
        .await?;
        let now = draft.now;
        let offer = draft
            .offers
            .iter_mut()
            .rev()
            .find(|offer| offer.partner == declining.partner)
            .ok_or(Error::NotFound { what: "offer" })?;
        if !offer.state.may_be_claimed() {
            return Err(Error::NotOffered);
        }
        offer.state = OfferState::Declined;
        offer.ended_at = Some(now);
        offer.decline = Some(declining.decline.clone());
        let offer = offer.clone();
        draft.changes.offers.push(offer);
        let attributes = Attributes::from([(
            "reason".to_owned(),
            AttributeValue::Text(declining.decline.reason.as_str().to_owned()),
        )]);
        draft.record("declined", Some(&declining.partner), attributes.clone());
        let others = draft
            .offers
            .iter()
            .any(|offer| offer.state.may_be_claimed());
        if others {
            escalate::on(&mut draft, "declined", attributes).await?;
        } else {
            draft.move_by(Trigger::Lapsed, "offer")?;
            distribute::next_wave(&mut draft).await?;
        }
        let lead = draft.lead.clone();
        origin.keep_answer(&lead, draft.now, &mut draft.changes);
        host.store.commit(draft.into_command()).await?;
        Ok(lead)
    })
    .await
}
