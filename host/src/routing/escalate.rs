//! What happens when nobody acts: the escalation policy answers actions and
//! deadlines, the host carries them out.

use std::future::Future;
use std::pin::Pin;

use super::ask::Asked;
use super::draft::Draft;
use super::{Error, distribute};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deadline::Subject;
use crate::domain::ids::PartnerId;
use crate::domain::lead::Stage;
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{ClaimEnding, OfferState};
use crate::domain::time::Micros;
use crate::policy::question::{Escalation, OpenCase, WakeUp};
use crate::store::changes::DeadlineChange;

/// Until when the wave's offers stand.
const CLAIM_KEY: &str = "claim";
/// When the holder owes the next feedback.
const FEEDBACK_KEY: &str = "feedback";
/// What happens when a deadline is due.
pub(super) const DUE: &str = "due";
/// The open deadline that wakes a nurtured lead.
pub(super) const WAKE_KEY: &str = "wake";

/// Tells the escalation policy what has just happened, and does what it says.
pub(super) async fn on(
    draft: &mut Draft<'_>,
    code: &str,
    attributes: Attributes,
) -> Result<(), Error> {
    let since = draft.now;
    since_then(draft, code, attributes, since).await
}

/// Tells the escalation policy what happened at `since`, from which the spans
/// of its answer count, and does what it says.
///
/// Boxed, because an action may lead to a new wave, which asks again; the
/// draft limits how often.
pub(super) fn since_then<'d, 'a: 'd>(
    draft: &'d mut Draft<'a>,
    code: &'d str,
    attributes: Attributes,
    since: Micros,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'd>> {
    Box::pin(async move {
        match draft.escalate(code, attributes, since).await? {
            Asked::Answer(escalation) => {
                let earliest = (code == DUE).then_some(since);
                carry_out(draft, escalation, since, earliest).await
            }
            Asked::NotApplicable(_) => Ok(()),
            Asked::Failed { code, detail, .. } => {
                draft.queue(Stage::Escalate, code, detail);
                Ok(())
            }
        }
    })
}

async fn carry_out(
    draft: &mut Draft<'_>,
    escalation: Escalation,
    since: Micros,
    earliest: Option<Micros>,
) -> Result<(), Error> {
    draft.lead.step = escalation.step;
    let cycle = draft.lead.cycle;
    for wake_up in &escalation.deadlines {
        if let Err(detail) = keep_deadline(draft, wake_up, since, earliest) {
            draft.queue(Stage::Escalate, "guest.output_invalid", detail);
            return Ok(());
        }
    }
    for action in &escalation.actions {
        // An action that ended the cycle leaves nothing for those after it.
        if draft.lead.cycle != cycle || draft.lead.manual.is_some() {
            break;
        }
        if let Err(refusal) = act(draft, action, since).await? {
            draft.queue(Stage::Escalate, "guest.output_invalid", refusal);
        }
    }
    Ok(())
}

/// Carries one action out. The inner error says why it cannot be: the policy's
/// fault.
async fn act(
    draft: &mut Draft<'_>,
    action: &OpenCase,
    since: Micros,
) -> Result<Result<(), String>, Error> {
    let holder = draft.claim.as_ref().map(|claim| claim.partner.clone());
    let until = |draft: &Draft<'_>, name: &str| {
        let span = action
            .attributes
            .span(name)
            .ok_or_else(|| format!("{} needs the span `{name}`", action.code))?;
        draft.resolve(span, since)
    };
    let told =
        |role: &str| Attributes::from([("role".to_owned(), AttributeValue::Text(role.to_owned()))]);
    match action.code.as_str() {
        "remind" => draft.record("reminded", holder.as_ref(), Attributes::new()),
        "recall" => recall(draft)?,
        "next-wave" => {
            distribute::lapse(draft);
            if draft.claim.is_none() {
                distribute::next_wave(draft).await?;
            }
        }
        "reopen" => match until(draft, "for") {
            Ok(until) => reopen(draft, until)?,
            Err(refusal) => return Ok(Err(refusal)),
        },
        "assign" => {
            let key = action.attributes.integer("to").unwrap_or_default();
            let partner = draft
                .host
                .store
                .participant_by_key(&draft.lead.manufacturer, &draft.lead.contract, key)
                .await?;
            match partner {
                Some(participant) => super::claim::assign(draft, &participant.partner).await?,
                None => return Ok(Err(format!("no partner of the contract has the key {key}"))),
            }
        }
        "extend" => {
            let Some(span) = action.attributes.span("by") else {
                return Ok(Err("extend needs the span `by`".to_owned()));
            };
            if let Err(refusal) = extend(draft, span) {
                return Ok(Err(refusal));
            }
        }
        "tell" => {
            let role = action.attributes.text("role").unwrap_or_default();
            draft.record("told", holder.as_ref(), told(role));
        }
        "tell-customer" => draft.record("told", holder.as_ref(), told("customer")),
        "block" => match until(draft, "for") {
            Ok(until) => block(draft, until).await?,
            Err(refusal) => return Ok(Err(refusal)),
        },
        "nurture" => match until(draft, "until") {
            Ok(until) => nurture(draft, until)?,
            Err(refusal) => return Ok(Err(refusal)),
        },
        "fallback" => {
            distribute::lapse(draft);
            draft.queue(
                Stage::Rank,
                "escalation.fallback",
                "the escalation ladder has come to its end".to_owned(),
            );
        }
        unknown => return Ok(Err(format!("there is no action `{unknown}`"))),
    }
    Ok(Ok(()))
}

/// Sets, replaces or drops one deadline; the keys with a meaning to the host
/// are kept on the offers and the claim too.
///
/// Invariant: what is answered to one that was due is due later than that, or it would
/// wake itself for ever.
fn keep_deadline(
    draft: &mut Draft<'_>,
    wake_up: &WakeUp,
    since: Micros,
    earliest: Option<Micros>,
) -> Result<(), String> {
    if wake_up.after.0.is_empty() {
        draft.changes.deadlines.push(DeadlineChange::Drop {
            subject: Subject::Escalation(draft.lead.id.clone()),
            contract: draft.lead.contract.clone(),
            key: wake_up.key.clone(),
        });
        if wake_up.key == FEEDBACK_KEY {
            owe_feedback(draft, None);
        }
        return Ok(());
    }
    let due_at = draft.resolve(&wake_up.after, since)?;
    if earliest.is_some_and(|earliest| due_at <= earliest) {
        let key = &wake_up.key;
        return Err(format!(
            "deadline {key}: is due at once, after one that was due"
        ));
    }
    match wake_up.key.as_str() {
        CLAIM_KEY => {
            for offer in &mut draft.offers {
                if offer.state.may_be_claimed() && offer.wave == draft.lead.wave {
                    offer.until = Some(due_at);
                    draft.changes.offers.push(offer.clone());
                }
            }
        }
        FEEDBACK_KEY => owe_feedback(draft, Some(due_at)),
        _ => {}
    }
    let attributes = super::ask::from_policy(&wake_up.attributes);
    draft.set_deadline(
        Subject::Escalation(draft.lead.id.clone()),
        &wake_up.key,
        due_at,
        attributes,
    );
    Ok(())
}

fn owe_feedback(draft: &mut Draft<'_>, due_at: Option<Micros>) {
    draft.lead.feedback_due_at = due_at;
    if let Some(claim) = &mut draft.claim {
        claim.feedback_due_at = due_at;
    }
}

/// Takes the claim back after a breach.
fn recall(draft: &mut Draft<'_>) -> Result<(), Error> {
    let Some(partner) = draft.end_claim(ClaimEnding::Recalled) else {
        return Ok(());
    };
    draft.move_by(Trigger::Recalled, "recall")?;
    draft.lead.claimed_at = None;
    for offer in &mut draft.offers {
        if offer.partner == partner && offer.state == OfferState::Claimed {
            offer.state = OfferState::Recalled;
            offer.ended_at = Some(draft.now);
            draft.changes.offers.push(offer.clone());
        }
    }
    draft.record("breached", Some(&partner), Attributes::new());
    draft.record("recalled", Some(&partner), Attributes::new());
    Ok(())
}

/// Those that let their offers lapse may still claim until `until`; those that
/// declined may not.
fn reopen(draft: &mut Draft<'_>, until: Micros) -> Result<(), Error> {
    let mut partners = Vec::new();
    for offer in &mut draft.offers {
        if offer.state == OfferState::Lapsed {
            offer.state = OfferState::Reopened;
            offer.until = Some(until);
            offer.ended_at = None;
            partners.push(offer.partner.as_str().to_owned());
            draft.changes.offers.push(offer.clone());
        }
    }
    if partners.is_empty() {
        return Ok(());
    }
    draft.move_by(Trigger::Offered, "offer")?;
    let attributes = Attributes::from([(
        "partners".to_owned(),
        AttributeValue::Texts(partners.into_iter().collect()),
    )]);
    draft.record("reopened", None, attributes);
    Ok(())
}

/// More time for the holder's feedback or, before a claim, for the offers.
fn extend(draft: &mut Draft<'_>, span: &crate::domain::span::Span) -> Result<(), String> {
    let due = if draft.claim.is_some() {
        draft.lead.feedback_due_at
    } else {
        draft
            .offers
            .iter()
            .filter(|offer| offer.state.may_be_claimed())
            .find_map(|offer| offer.until)
    };
    let Some(due) = due else { return Ok(()) };
    let until = draft.resolve(span, due)?;
    let key = if draft.claim.is_some() {
        owe_feedback(draft, Some(until));
        FEEDBACK_KEY
    } else {
        for offer in &mut draft.offers {
            if offer.state.may_be_claimed() {
                offer.until = Some(until);
                draft.changes.offers.push(offer.clone());
            }
        }
        CLAIM_KEY
    };
    draft.set_deadline(
        Subject::Escalation(draft.lead.id.clone()),
        key,
        until,
        Attributes::new(),
    );
    let holder = draft.claim.as_ref().map(|claim| claim.partner.clone());
    draft.record("extended", holder.as_ref(), Attributes::new());
    Ok(())
}

/// No offers and no claims for the partner that the ladder is about: the
/// holder, or the one whose claim was taken back last.
async fn block(draft: &mut Draft<'_>, until: Micros) -> Result<(), Error> {
    let Some(partner) = concerned(draft) else {
        return Ok(());
    };
    let participant = draft
        .host
        .store
        .participant(&draft.lead.manufacturer, &draft.lead.contract, &partner)
        .await?;
    if let Some(mut participant) = participant {
        participant.blocked_until = Some(until);
        draft
            .changes
            .partners_changed
            .push(participant.contract.clone());
        draft.change_participant(participant);
        let attributes = Attributes::from([("until".to_owned(), AttributeValue::Instant(until))]);
        draft.record("blocked", Some(&partner), attributes);
    }
    Ok(())
}

fn concerned(draft: &Draft<'_>) -> Option<PartnerId> {
    draft
        .claim
        .as_ref()
        .map(|claim| claim.partner.clone())
        .or_else(|| {
            draft
                .history
                .iter()
                .rev()
                .find(|event| event.code == "recalled")
                .and_then(|event| event.partner.clone())
        })
}

/// Puts the lead to rest until `until`; then it is assessed again.
pub(super) fn nurture(draft: &mut Draft<'_>, until: Micros) -> Result<(), Error> {
    let holder = draft.end_claim(ClaimEnding::Nurtured);
    draft.end_offers(OfferState::Withdrawn);
    draft.move_by(Trigger::Nurtured, "nurture")?;
    draft.drop_deadlines();
    draft.set_deadline(
        Subject::Wake(draft.lead.id.clone()),
        WAKE_KEY,
        until,
        Attributes::new(),
    );
    let attributes = Attributes::from([("until".to_owned(), AttributeValue::Instant(until))]);
    draft.record("nurtured", holder.as_ref(), attributes);
    Ok(())
}
