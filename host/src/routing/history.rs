//! What has happened elsewhere before it came here: leads with their offers,
//! claims and outcomes at their own times. No policy is asked, nobody is told,
//! and nothing falls due.
//!
//! The steps are those of the other use-cases, without their questions, so that
//! history reads, counts and is paid like what happens here.

use std::sync::Arc;

use super::draft::Draft;
use super::intake::{self, NewLead, Received};
use super::{Decided, Error, claim, contract, deals, distribute, duplicates, feedback};
use crate::domain::attribute::Attributes;
use crate::domain::deal::{Deal, DealState};
use crate::domain::event::EventCode;
use crate::domain::figure::marks;
use crate::domain::ids::{ContractId, LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::{Assessed, Stage};
use crate::domain::lifecycle::{State, Trigger};
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Origin, Problem};
use crate::store::changes::{Changes, Guard};

/// The code in the manual queue of leads that wait for their outcome.
pub const WAITS: &str = "import.waits";

/// What is known of a lead's past. What is missing is taken as having happened
/// with what came next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    pub temperature: Option<Temperature>,
    pub qualified_at: Option<Micros>,
    /// Who held the lead; a participant of the contract.
    pub partner: Option<PartnerId>,
    pub offered_at: Option<Micros>,
    pub claimed_at: Option<Micros>,
    /// What the holder reported: codes and instants.
    pub reports: Vec<(String, Micros)>,
    /// When it was found that nobody had worked it within the terms' limit.
    pub unworked_at: Option<Micros>,
    pub ending: Option<PastEnding>,
    /// What the outcome came with.
    pub attributes: Attributes,
}

/// How a lead ended.
#[derive(Clone, Debug, PartialEq)]
pub struct PastEnding {
    pub at: Micros,
    pub result: PastResult,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PastResult {
    Held(deals::Ending),
    /// Won, and called off later.
    Cancelled {
        won: deals::Ending,
        cancelled_at: Micros,
    },
    /// No partner was asked.
    Rejected,
}

/// A lead with its past, as it is committed.
///
/// # Errors
/// `Invalid` when the lead contradicts the terms or the past itself.
pub fn keep(
    host: &Host,
    force: &Arc<InForce>,
    new: &NewLead,
    past: &Past,
    origin: &Origin<Received>,
) -> Result<Decided<Received>, Error> {
    let now = host.clock.now();
    contract::check(force, now, new)?;
    let times = Times::of(past, new.received_at, now)?;
    let mut draft = intake::begin(
        host,
        force.clone(),
        new,
        times.received_at,
        origin.actor.clone(),
    );
    // Nothing was decided by them: no guard.
    draft.changes.duplicate_keys = duplicates::keys(&draft);
    live_through(&mut draft, past, &times)?;
    Ok(intake::finish(draft, origin))
}

/// A lead that waits in the manual queue, until its past is known or a person
/// sends it on.
pub fn wait(
    host: &Host,
    force: &Arc<InForce>,
    new: &NewLead,
    origin: &Origin<Received>,
) -> Result<Decided<Received>, Error> {
    let now = host.clock.now();
    contract::check(force, now, new)?;
    let received_at = contract::received_at(now, new.received_at)?;
    let mut draft = intake::begin(host, force.clone(), new, received_at, origin.actor.clone());
    draft.changes.duplicate_keys = duplicates::keys(&draft);
    draft.queue(
        Stage::Assess,
        WAITS,
        "was imported without being assessed; it waits for its outcome, or to be released"
            .to_owned(),
    );
    Ok(intake::finish(draft, origin))
}

/// The past of a lead that is here already, and that nobody holds.
///
/// # Errors
/// `WrongState` when the lead has ended, `Taken` when a partner holds it.
pub async fn add(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    past: &Past,
    origin: &Origin<Received>,
) -> Result<Decided<Received>, Error> {
    let mut draft = Draft::load(host, manufacturer, lead, origin.actor.clone()).await?;
    if draft.claim.is_some() {
        return Err(Error::Taken);
    }
    if draft.lead.state.has_ended() {
        return Err(Error::WrongState {
            state: draft.lead.state,
            wanted: "conclude",
        });
    }
    let times = Times::of(past, Some(draft.lead.received_at), draft.now)?;
    draft.lead.manual = None;
    if matches!(draft.lead.state, State::NeedsInfo | State::Nurturing) {
        draft.move_by(Trigger::Released, "conclude")?;
    }
    draft.drop_deadlines();
    live_through(&mut draft, past, &times)?;
    Ok(intake::finish(draft, origin))
}

/// That partners hold leads which they did not hold before: claims that were
/// decided meanwhile are decided again.
pub async fn held_by(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    partners: impl IntoIterator<Item = PartnerId>,
) -> Result<Changes, Error> {
    let mut changes = Changes::default();
    for partner in partners {
        let participant = host
            .store
            .participant(manufacturer, contract, &partner)
            .await?
            .ok_or(Error::NotFound { what: "partner" })?;
        changes.guards.push(Guard::Participant(
            contract.clone(),
            partner,
            participant.version,
        ));
        changes.participants.push(participant);
    }
    Ok(changes)
}

/// When each step was.
struct Times {
    received_at: Micros,
    qualified_at: Micros,
    offered_at: Micros,
    claimed_at: Micros,
}

impl Times {
    /// The steps' instants, if they follow each other.
    fn of(past: &Past, received_at: Option<Micros>, now: Micros) -> Result<Self, Error> {
        let ended_at = past.ending.as_ref().map(|ending| ending.at);
        let first_report = past.reports.iter().map(|(_, at)| *at).min();
        let claimed_at = past.claimed_at.or(first_report).or(ended_at);
        let offered_at = past.offered_at.or(claimed_at);
        let qualified_at = past.qualified_at.or(offered_at);
        let received = received_at.or(qualified_at).unwrap_or(now);
        let mut problems = Vec::new();
        // Answers the later of both, for the next comparison.
        let mut after = |before: Micros, name: &str, at: Option<Micros>| {
            let Some(at) = at else { return before };
            let message = if at > now {
                "lies in the future"
            } else if at < before {
                "lies before what must have come before it"
            } else {
                return at;
            };
            problems.push(Problem::new(format!("/{name}"), message));
            before
        };
        let at = after(Micros(i64::MIN), "received-at", received_at);
        after(at, "unworked-at", past.unworked_at);
        let at = after(at, "qualified-at", past.qualified_at);
        let at = after(at, "offered-at", past.offered_at);
        let claimed = after(at, "claimed-at", past.claimed_at);
        let mut last = claimed;
        for (code, at) in &past.reports {
            last = last.max(after(claimed, &format!("{code}-at"), Some(*at)));
        }
        let last = after(last, "outcome-at", ended_at);
        if let Some(PastEnding {
            result: PastResult::Cancelled { cancelled_at, .. },
            ..
        }) = &past.ending
        {
            after(last, "cancelled-at", Some(*cancelled_at));
        }
        if claimed_at.is_none() {
            problems.push(Problem::new(
                "/claimed-at",
                "is missing: without a claim or an outcome it is no history",
            ));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        Ok(Self {
            received_at: received,
            qualified_at: qualified_at.unwrap_or(received),
            offered_at: offered_at.unwrap_or(received),
            claimed_at: claimed_at.unwrap_or(received),
        })
    }
}

/// Takes the lead through its past, step by step.
fn live_through(draft: &mut Draft<'_>, past: &Past, times: &Times) -> Result<(), Error> {
    if let Some(temperature) = past.temperature {
        draft.lead.assessed = Some(Assessed {
            temperature: Some(temperature),
            score: 0,
            expected_value: draft.lead.teaser.value,
            attributes: Attributes::new(),
            decision: None,
        });
    }
    if let Some(PastEnding {
        at,
        result: PastResult::Rejected,
    }) = &past.ending
    {
        draft.now = *at;
        draft.move_by(Trigger::Rejected, "reject")?;
        draft.lead.ended_at = Some(draft.now);
        draft.record("rejected", None, Attributes::new());
        return Ok(());
    }
    let Some(partner) = &past.partner else {
        return Err(Error::invalid(
            "/partner",
            "is missing: a lead that was claimed, won or lost had a holder",
        ));
    };
    if draft.lead.state == State::Received {
        draft.now = times.qualified_at;
        intake::note_qualified(draft)?;
    }
    draft.now = times.offered_at;
    let has_offer = draft
        .offers
        .iter()
        .any(|offer| offer.partner == *partner && offer.state.may_be_claimed());
    if !has_offer {
        draft.lead.wave += 1;
        let wave = draft.lead.wave;
        distribute::add_offer(draft, partner, wave, 0);
        let to = std::slice::from_ref(partner);
        distribute::note_offered(draft, wave, to, to)?;
    }
    draft.now = times.claimed_at;
    claim::hold(draft, partner, None, &Attributes::new())?;
    let mut reports = past.reports.clone();
    reports.sort_by_key(|(_, at)| *at);
    for (code, at) in &reports {
        draft.now = *at;
        feedback::note_report(draft, code, partner, &mut Attributes::new(), *at)?;
    }
    if let Some(at) = past.unworked_at {
        let holder = (at >= times.claimed_at).then_some(partner);
        draft.record_at(EventCode::Unworked.as_str(), holder, Attributes::new(), at);
    }
    match &past.ending {
        Some(ending) => end(draft, partner, past, ending),
        None => Ok(()),
    }
}

fn end(
    draft: &mut Draft<'_>,
    partner: &PartnerId,
    past: &Past,
    ending: &PastEnding,
) -> Result<(), Error> {
    let (result, cancelled_at) = match &ending.result {
        PastResult::Held(result) => (result, None),
        PastResult::Cancelled { won, cancelled_at } => (won, Some(*cancelled_at)),
        PastResult::Rejected => return Ok(()),
    };
    draft.now = ending.at;
    let (deal, _) = deals::conclude::end(draft, partner, result, &past.attributes, ending.at)?;
    if past.reports.is_empty()
        && let Some(event) = draft.changes.events.last_mut()
    {
        // When the contact was first spoken with is not known.
        event.attributes.remove("within-sla");
        event.attributes.remove(marks::WORKED_AFTER);
        marks::forget_stage(&mut event.attributes);
    }
    if let (Some(deal), Some(cancelled_at)) = (deal, cancelled_at) {
        cancel(draft, deal, cancelled_at)?;
    }
    Ok(())
}

fn cancel(draft: &mut Draft<'_>, deal: Deal, at: Micros) -> Result<(), Error> {
    let (deal, mut event) = deals::change::altered(
        draft.host,
        deal,
        DealState::Cancelled,
        at,
        draft.host.clock.now(),
        draft.actor.clone(),
    )?;
    event.cycle = draft.lead.cycle;
    draft.changes.deals.push(deal);
    draft.changes.events.push(event);
    Ok(())
}
