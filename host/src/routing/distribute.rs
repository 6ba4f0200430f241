//! Which partners are asked to take the lead: the matching policy ranks, the
//! host offers to the first group, the escalation policy says until when.

use std::collections::BTreeSet;

use super::Error;
use super::ask::Asked;
use super::draft::Draft;
use super::escalate;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::lead::Stage;
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::partner::{Participant, Partner};
use crate::policy::Kind;
use crate::policy::question::{RankInput, Ranking};
use crate::store::changes::Guard;

/// Ranks the partners for the wave that follows and offers the lead to the
/// first group.
///
/// Invariant: whatever the policy answers, nobody is offered a lead that it
/// declined in this cycle, and no blocked or foreign partner is.
pub(super) async fn next_wave(draft: &mut Draft<'_>) -> Result<(), Error> {
    let wave = draft.lead.wave + 1;
    draft.keep_to(Kind::Matching).await?;
    let candidates = super::candidates::of(draft).await?;
    draft.changes.guards.push(Guard::Partners(
        draft.lead.contract.clone(),
        draft.force.contract.partners_version,
    ));
    // Whatever comes of it, this wave has been tried.
    draft.lead.wave = wave;
    let input = RankInput {
        lead: draft.told_lead(),
        assessed: draft.told_assessed(),
        wave,
        candidates: candidates.table,
    };
    let participants = &candidates.roster.rows;
    let ranking = match draft.rank(input).await? {
        Asked::Answer(ranking) => ranking,
        Asked::NotApplicable(_) => return nobody(draft).await,
        Asked::Failed { code, detail, .. } => {
            draft.queue(Stage::Rank, code, detail);
            return Ok(());
        }
    };
    keep_counters(draft, participants, &ranking);
    match ranking.outcome.code.as_str() {
        "offer" => {
            let offered = offer(draft, participants, &ranking, wave)?;
            if offered.is_empty() {
                return nobody(draft).await;
            }
            escalate::on(draft, "offered", Attributes::new()).await
        }
        "assign" => {
            let offered = offer(draft, participants, &ranking, wave)?;
            match offered.first() {
                Some(partner) => super::claim::assign(draft, partner).await,
                None => nobody(draft).await,
            }
        }
        _ => nobody(draft).await,
    }
}

/// Nobody may take the lead now; escalation says what follows.
async fn nobody(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.record("unmatched", None, Attributes::new());
    escalate::on(draft, "unmatched", Attributes::new()).await
}

/// Writes the offers of the wave. Answers who got one, in order.
fn offer(
    draft: &mut Draft<'_>,
    participants: &[(Participant, Partner)],
    ranking: &Ranking,
    wave: u32,
) -> Result<Vec<PartnerId>, Error> {
    let declined: BTreeSet<_> = draft
        .offers
        .iter()
        .filter(|offer| offer.state == OfferState::Declined)
        .map(|offer| offer.partner.clone())
        .collect();
    let mut offered = Vec::new();
    for row in ranking.groups.first().into_iter().flatten() {
        let Some((participant, _)) = participants.get(*row as usize) else {
            continue;
        };
        let blocked = participant
            .blocked_until
            .is_some_and(|until| until > draft.now);
        if blocked || declined.contains(&participant.partner) {
            continue;
        }
        let score = ranking.scores.get(*row as usize).copied().unwrap_or(0);
        add_offer(draft, &participant.partner, wave, score);
        offered.push(participant.partner.clone());
    }
    if offered.is_empty() {
        return Ok(offered);
    }
    let before = eligible_before(&draft.history);
    let eligible: Vec<PartnerId> = participants
        .iter()
        .zip(ranking.excluded.iter())
        .filter(|(_, reason)| reason.is_none())
        .map(|((participant, _), _)| participant.partner.clone())
        .filter(|partner| !before.contains(partner.as_str()))
        .collect();
    note_offered(draft, wave, &offered, &eligible)?;
    Ok(offered)
}

/// Who was found eligible in this cycle already: each is told of once.
fn eligible_before(history: &[Event]) -> BTreeSet<&str> {
    history
        .iter()
        .filter(|event| event.code == EventCode::Offered.as_str())
        .filter_map(|event| event.attributes.get("eligible"))
        .filter_map(|listed| match listed {
            AttributeValue::Texts(partners) => Some(partners.iter().map(String::as_str)),
            _ => None,
        })
        .flatten()
        .collect()
}

/// Writes one offer.
pub(super) fn add_offer(draft: &mut Draft<'_>, partner: &PartnerId, wave: u32, score: i64) {
    let offer = Offer {
        manufacturer: draft.lead.manufacturer.clone(),
        id: draft.next_id(),
        contract: draft.lead.contract.clone(),
        lead: draft.lead.id.clone(),
        cycle: draft.lead.cycle,
        wave,
        partner: partner.clone(),
        state: OfferState::Open,
        offered_at: draft.now,
        until: None,
        ended_at: None,
        score,
        decline: None,
        decision: draft.follows.clone(),
    };
    draft.offers.push(offer.clone());
    draft.changes.offers.push(offer);
}

/// The lead is out.
pub(super) fn note_offered(
    draft: &mut Draft<'_>,
    wave: u32,
    offered: &[PartnerId],
    eligible: &[PartnerId],
) -> Result<(), Error> {
    draft.move_by(Trigger::Offered, "offer")?;
    let attributes = Attributes::from([
        ("wave".to_owned(), AttributeValue::Integer(i64::from(wave))),
        ("partners".to_owned(), AttributeValue::Texts(texts(offered))),
        (
            "eligible".to_owned(),
            AttributeValue::Texts(texts(eligible)),
        ),
    ]);
    draft.record("offered", None, attributes);
    Ok(())
}

/// Ends the offers of the wave that is out, because nobody has claimed in time.
pub(super) fn lapse(draft: &mut Draft<'_>) {
    let partners = draft.end_offers(OfferState::Lapsed);
    if !partners.is_empty() {
        let attributes = Attributes::from([(
            "partners".to_owned(),
            AttributeValue::Texts(texts(&partners)),
        )]);
        draft.record("lapsed", None, attributes);
    }
}

/// The matching policy's memory: one number per partner.
fn keep_counters(
    draft: &mut Draft<'_>,
    participants: &[(Participant, Partner)],
    ranking: &Ranking,
) {
    for ((participant, _), counter) in participants.iter().zip(&ranking.counters) {
        if participant.counter != *counter {
            let mut participant = participant.clone();
            participant.counter = *counter;
            draft.change_participant(participant);
        }
    }
}

fn texts(partners: &[PartnerId]) -> BTreeSet<String> {
    partners
        .iter()
        .map(|partner| partner.as_str().to_owned())
        .collect()
}
