//! The holder reports how it goes. Feedback unlocks new claims at once.

use super::draft::Draft;
use super::{Error, Origin, contract, escalate};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::event::EventCode;
use crate::domain::figure::marks;
use crate::domain::ids::{LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::OfferState;
use crate::domain::text::shown;
use crate::domain::time::Micros;
use crate::host::Host;

/// What a partner reports of a lead it holds. A win or a loss is a deal's
/// outcome: see [`super::deals`].
#[derive(Clone, Debug)]
pub struct Report {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub partner: PartnerId,
    /// contacted, not-reached, appointment, quoted, care-contact, data-complete,
    /// or a feedback event that the terms declare.
    pub code: String,
    /// None: now.
    pub occurred_at: Option<Micros>,
    pub attributes: Attributes,
    /// Free text, for the manufacturer; policies see it only where the terms allow it.
    pub note: Option<String>,
}

/// Keeps the feedback and lets the escalation policy set what is due next.
///
/// # Errors
/// `Taken` or `NotHeld` unless the partner holds the lead; `Invalid` for a code that is no
/// feedback, or an instant before the claim or in the future.
pub async fn report(host: &Host, report: &Report, origin: &Origin<Lead>) -> Result<Lead, Error> {
    super::again::on_stale(|| async {
        let mut draft = Draft::load(
            host,
            &report.manufacturer,
            &report.lead,
            origin.actor.clone(),
        )
        .await?;
        let occurred_at = check(&draft, report)?;
        let mut attributes = report.attributes.clone();
        if let Some(note) = &report.note {
            draft.keep_note(note);
            attributes.insert("noted".to_owned(), AttributeValue::Flag(true));
        }
        note_report(
            &mut draft,
            &report.code,
            &report.partner,
            &mut attributes,
            occurred_at,
        )?;
        let since = draft.now;
        escalate::since_then(&mut draft, &report.code, attributes, since).await?;
        let lead = draft.lead.clone();
        origin.keep_answer(&lead, draft.now, &mut draft.changes);
        host.store.commit(draft.into_command()).await?;
        Ok(lead)
    })
    .await
}

/// When it happened, if the partner may report it.
fn check(draft: &Draft<'_>, report: &Report) -> Result<Micros, Error> {
    let claim = draft
        .claim
        .as_ref()
        .filter(|claim| claim.partner == report.partner)
        .ok_or_else(|| not_held(draft, &report.partner, "report on"))?;
    if !draft.force.terms.is_feedback(&report.code) {
        return Err(Error::invalid(
            "/code",
            format!(
                "`{}` is no feedback; one of {}",
                shown(&report.code),
                draft.force.terms.feedback_codes().join(", ")
            ),
        ));
    }
    // A clock that was set back since the claim makes no report wrong.
    let now = draft.now.max(claim.claimed_at);
    let occurred_at = contract::occurred_at(&draft.force, now, report.occurred_at, "/occurred-at")?;
    if occurred_at < claim.claimed_at {
        return Err(Error::invalid(
            "/occurred-at",
            "lies before the claim; feedback is about what came after it",
        ));
    }
    Ok(occurred_at)
}

/// A partner that does not hold the lead is told no more than it may know.
pub(super) fn not_held(draft: &Draft<'_>, partner: &PartnerId, wanted: &'static str) -> Error {
    let mut offers = draft.offers.iter().rev();
    let Some(offer) = offers.find(|offer| offer.partner == *partner) else {
        return Error::NotFound { what: "lead" };
    };
    let state = draft.lead.state;
    if state.has_ended() && offer.state == OfferState::Claimed {
        Error::WrongState { state, wanted }
    } else if state.has_ended() || draft.claim.is_some() {
        Error::Taken
    } else {
        Error::NotHeld
    }
}

/// Keeps a report of the holder, and adds to its attributes what the host knows.
pub(super) fn note_report(
    draft: &mut Draft<'_>,
    code: &str,
    partner: &PartnerId,
    attributes: &mut Attributes,
    occurred_at: Micros,
) -> Result<(), Error> {
    let marks = note_progress(draft, code, occurred_at)?;
    attributes.extend(marks);
    draft.record_at(code, Some(partner), attributes.clone(), occurred_at);
    Ok(())
}

/// What feedback changes about lead and claim, whatever its code. Every report
/// says how warm the lead is, how soon the claim was worked, and whether that was
/// within the promised time; before any work, whether the report itself came within
/// it. What leads on from a stage says how long the lead was in it.
pub(super) fn note_progress(
    draft: &mut Draft<'_>,
    code: &str,
    occurred_at: Micros,
) -> Result<Attributes, Error> {
    let mut attributes = marks::of_stage_left(
        &draft.history,
        draft.lead.teaser.product.as_deref(),
        code,
        occurred_at,
        &draft.force.calendar,
    );
    let works = EventCode::parse(code).is_none_or(EventCode::is_work);
    draft.lead.last_feedback_at = Some(draft.now);
    let temperature = draft
        .lead
        .assessed
        .as_ref()
        .and_then(|assessed| assessed.temperature);
    if let Some(temperature) = temperature {
        let temperature = AttributeValue::Text(temperature.as_str().to_owned());
        attributes.insert(marks::TEMPERATURE.to_owned(), temperature);
    }
    let promised = &draft.force.terms.service_level(temperature).contact;
    if let Some(claim) = &mut draft.claim {
        claim.last_feedback_at = Some(draft.now);
        if works && claim.first_worked_at.is_none() {
            claim.first_worked_at = Some(occurred_at);
        }
        if let Some(worked_at) = claim.first_worked_at {
            let seconds = (worked_at.0 - claim.claimed_at.0).div_euclid(1_000_000);
            let seconds = AttributeValue::Integer(seconds.max(0));
            attributes.insert(marks::WORKED_AFTER.to_owned(), seconds);
        }
        if let Ok(until) = draft.force.calendar.resolve(promised, claim.claimed_at) {
            let counts = claim.first_worked_at.unwrap_or(occurred_at);
            attributes.insert(
                "within-sla".to_owned(),
                AttributeValue::Flag(counts <= until),
            );
        }
    }
    if works {
        if draft.lead.first_worked_at.is_none() {
            draft.lead.first_worked_at = Some(occurred_at);
        }
        draft.move_by(Trigger::Worked, "work on")?;
    }
    Ok(attributes)
}
