//! A partner takes a lead: the first valid claim wins.

use super::ask::Asked;
use super::draft::Draft;
use super::error::Refusal;
use super::{Error, Origin, escalate};
use crate::domain::attribute::Attributes;
use crate::domain::ids::{LeadId, ManufacturerId, PartnerId, UserId};
use crate::domain::lead::{Contact, Lead, Stage};
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{Claim, Offer, OfferState};
use crate::host::Host;
use crate::policy::question::{Attributes as Told, Verdict};
use crate::store::changes::{Changes, Command};

/// Who wants to take which lead.
#[derive(Clone, Debug)]
pub struct Claiming {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub partner: PartnerId,
    /// None where a program claims.
    pub user: Option<UserId>,
    /// What the claim comes with; the escalation policy is told.
    pub attributes: Attributes,
}

/// The lead is the partner's now, and so is the contact.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub lead: Lead,
    pub contact: Contact,
    pub claim: Claim,
}

/// Claims a lead that is offered to the partner.
///
/// # Errors
/// `Taken` when another was faster, `NotOffered` when the partner has no open
/// offer, `Refused` with what would unlock the claim.
pub async fn claim(
    host: &Host,
    claiming: &Claiming,
    origin: &Origin<Claimed>,
) -> Result<Claimed, Error> {
    let _turn = host.claims.turn(claiming.lead.clone()).await;
    super::again::on_stale(|| async {
        // Before a lead with all its offers is read for nothing.
        if host
            .store
            .is_taken_from(&claiming.manufacturer, &claiming.lead, &claiming.partner)
            .await?
        {
            return Err(Error::Taken);
        }
        let mut draft = Draft::load(
            host,
            &claiming.manufacturer,
            &claiming.lead,
            origin.actor.clone(),
        )
        .await?;
        may_try(&draft, &claiming.partner)?;
        let taken = take(
            &mut draft,
            &claiming.partner,
            claiming.user.as_ref(),
            &claiming.attributes,
        )
        .await;
        match taken {
            Err(error @ Error::Policy { .. }) => {
                keep_failure(host, draft).await?;
                return Err(error);
            }
            Err(error @ Error::Refused(_)) => {
                draft.ask_though_refused();
                return Err(error);
            }
            other => other?,
        }
        let Some(claim) = draft.claim.clone() else {
            return Err(Error::Taken);
        };
        let claimed = Claimed {
            lead: draft.lead.clone(),
            contact: draft.contact.clone(),
            claim,
        };
        origin.keep_answer(&claimed, draft.now, &mut draft.changes);
        host.store.commit(draft.into_command()).await?;
        Ok(claimed)
    })
    .await
}

/// A policy that fails is on record though nothing follows from it: it counts against
/// its generation, and can be asked again.
async fn keep_failure(host: &Host, mut draft: Draft<'_>) -> Result<(), Error> {
    draft.ask_afterwards();
    let changes = Changes {
        decisions: draft.changes.decisions,
        candidate_answers: draft.changes.candidate_answers,
        afterwards: draft.changes.afterwards,
        ..Changes::default()
    };
    let manufacturer = draft.lead.manufacturer;
    host.store
        .commit(Command {
            manufacturer,
            changes,
        })
        .await?;
    Ok(())
}

/// Whether the partner may try at all. One that comes too late is told so; one
/// that was never offered the lead is told nothing of it.
fn may_try(draft: &Draft<'_>, partner: &PartnerId) -> Result<(), Error> {
    let offer = offer_to(draft, partner).ok_or(Error::NotFound { what: "offer" })?;
    // The claim counts before the offer: what is read of the two may lie a
    // commit apart.
    let taken = draft
        .claim
        .as_ref()
        .is_some_and(|claim| claim.partner != *partner);
    if taken || offer.state == OfferState::Withdrawn {
        return Err(Error::Taken);
    }
    if !offer.state.may_be_claimed() {
        return Err(Error::NotOffered);
    }
    Ok(())
}

/// The last offer that the partner has had in this cycle.
fn offer_to<'d>(draft: &'d Draft<'_>, partner: &PartnerId) -> Option<&'d Offer> {
    let mut offers = draft.offers.iter().rev();
    offers.find(|offer| offer.partner == *partner)
}

/// An automatic claim, for a partner that matching or escalation has named.
/// It passes `admit` too; a refusal leaves the offer standing, and where the policy
/// fails the lead waits for a person.
pub(super) async fn assign(draft: &mut Draft<'_>, partner: &PartnerId) -> Result<(), Error> {
    match take(draft, partner, None, &Attributes::new()).await {
        Err(Error::Refused(_)) => escalate::on(draft, "offered", Attributes::new()).await,
        Err(Error::Policy { code, detail }) => {
            draft.queue(Stage::Escalate, code, detail);
            Ok(())
        }
        other => other,
    }
}

/// Asks for admission and makes the claim in the draft.
async fn take(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    user: Option<&UserId>,
    attributes: &Attributes,
) -> Result<(), Error> {
    let participant = draft
        .host
        .store
        .participant(&draft.lead.manufacturer, &draft.lead.contract, partner)
        .await?
        .ok_or(Error::NotFound { what: "partner" })?;
    if participant
        .blocked_until
        .is_some_and(|until| until > draft.now)
    {
        return Err(Error::Refused(vec![Refusal {
            code: "wait".to_owned(),
            attributes: Told::default(),
        }]));
    }
    // An automatic claim follows from what has just named the partner.
    if draft.follows.is_none() {
        draft.follows = offer_to(draft, partner).and_then(|offer| offer.decision.clone());
    }
    match draft.admit(&participant, attributes).await? {
        Asked::Answer(admission) => {
            if let Verdict::Refused(refusals) = admission.verdict {
                return Err(Error::Refused(
                    refusals
                        .into_iter()
                        .map(|case| Refusal {
                            code: case.code,
                            attributes: case.attributes,
                        })
                        .collect(),
                ));
            }
        }
        Asked::NotApplicable(reason) => {
            return Err(Error::Refused(vec![Refusal {
                code: reason,
                attributes: Told::default(),
            }]));
        }
        Asked::Failed { code, detail, .. } => return Err(Error::Policy { code, detail }),
    }
    hold(draft, partner, user, attributes)?;
    draft.change_participant(participant);
    escalate::on(draft, "claimed", Attributes::new()).await
}

/// The lead is the partner's; the others no longer see it.
pub(super) fn hold(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    user: Option<&UserId>,
    attributes: &Attributes,
) -> Result<(), Error> {
    draft.move_by(Trigger::Claimed, "claim")?;
    let mut taken = None;
    for offer in &mut draft.offers {
        if !offer.state.may_be_claimed() {
            continue;
        }
        offer.ended_at = Some(draft.now);
        offer.state = if offer.partner == *partner {
            taken = Some(offer.id.clone());
            OfferState::Claimed
        } else {
            OfferState::Withdrawn
        };
        draft.changes.offers.push(offer.clone());
    }
    draft.claim = Some(Claim {
        manufacturer: draft.lead.manufacturer.clone(),
        id: draft.next_id(),
        contract: draft.lead.contract.clone(),
        lead: draft.lead.id.clone(),
        cycle: draft.lead.cycle,
        partner: partner.clone(),
        offer: taken,
        user: user.cloned(),
        claimed_at: draft.now,
        first_worked_at: None,
        last_feedback_at: None,
        feedback_due_at: None,
        ended_at: None,
        ending: None,
        decision: draft.follows.clone(),
    });
    draft.lead.holder = Some(partner.clone());
    draft.lead.claimed_at = Some(draft.now);
    draft.record("claimed", Some(partner), attributes.clone());
    Ok(())
}
