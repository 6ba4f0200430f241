//! Offers of a rule that was bad are taken back.

use super::draft::Draft;
use super::{Error, distribute};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::ids::{LeadId, ManufacturerId, TokenId};
use crate::domain::lead::Lead;
use crate::domain::lifecycle::{State, Trigger};
use crate::domain::offer::OfferState;
use crate::host::Host;

/// Takes the lead's open offers back and ranks its partners anew. Whom the new
/// ranking offers it again is no worse off.
///
/// # Errors
/// `WrongState` unless it is on offer.
pub async fn withdraw(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    actor: Option<TokenId>,
) -> Result<Lead, Error> {
    super::again::on_stale(|| async {
        let mut draft = Draft::load(host, manufacturer, lead, actor.clone()).await?;
        if draft.lead.state != State::Offered {
            return Err(Error::WrongState {
                state: draft.lead.state,
                wanted: "withdraw its offers",
            });
        }
        draft.move_by(Trigger::Lapsed, "withdraw its offers")?;
        let partners = draft.end_offers(OfferState::Withdrawn);
        // The ranking is not told of them: nobody was rightly asked.
        let now = draft.now;
        draft.offers.retain(|offer| offer.ended_at != Some(now));
        let partners = partners.iter().map(|id| id.as_str().to_owned()).collect();
        let told = AttributeValue::Texts(partners);
        draft.record(
            "withdrawn",
            None,
            Attributes::from([("partners".to_owned(), told)]),
        );
        // The wave was never rightly out.
        draft.lead.wave = draft.lead.wave.saturating_sub(1);
        distribute::next_wave(&mut draft).await?;
        let lead = draft.lead.clone();
        host.store.commit(draft.into_command()).await?;
        Ok(lead)
    })
    .await
}
