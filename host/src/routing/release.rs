//! A person takes a lead out of the manual queue.

use super::draft::Draft;
use super::{Decided, Error, Origin, distribute, intake};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::lead::{Assessed, Lead, Stage};
use crate::domain::lifecycle::{State, Trigger};
use crate::domain::temperature::Temperature;
use crate::domain::text;
use crate::host::Host;

/// What the person has decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Release {
    /// The policy is asked again what it could not answer.
    TryAgain,
    /// The lead is worth a partner's time, whatever the policy says.
    Qualify { temperature: Temperature },
    /// No partner sees it.
    Reject { reason: String },
}

/// Sends the lead on.
///
/// # Errors
/// `WrongState` unless it waits for a person; `Invalid` for a reason that nobody
/// can read.
pub async fn release(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    release: &Release,
    origin: &Origin<Lead>,
) -> Result<Lead, Error> {
    super::again::on_stale(|| async {
        let decided = decide(host, manufacturer, lead, release, origin).await?;
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

/// What is committed when a person sends a lead on.
pub async fn decide(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    release: &Release,
    origin: &Origin<Lead>,
) -> Result<Decided<Lead>, Error> {
    let mut draft = Draft::load(host, manufacturer, lead, origin.actor.clone()).await?;
    let Some(manual) = draft.lead.manual.take() else {
        return Err(Error::WrongState {
            state: draft.lead.state,
            wanted: "release",
        });
    };
    let how = match release {
        Release::TryAgain => "try-again",
        Release::Qualify { .. } => "qualify",
        Release::Reject { .. } => "reject",
    };
    let attributes = Attributes::from([("how".to_owned(), AttributeValue::Text(how.to_owned()))]);
    draft.record("released", None, attributes);
    match release {
        Release::TryAgain => try_again(&mut draft, manual.stage).await?,
        Release::Qualify { temperature } => {
            if draft.lead.state != State::Received {
                draft.move_by(Trigger::Released, "release")?;
            }
            draft.lead.assessed = Some(Assessed {
                temperature: Some(*temperature),
                score: 0,
                expected_value: draft.lead.teaser.value,
                attributes: Attributes::new(),
                decision: None,
            });
            intake::qualify(&mut draft).await?;
        }
        Release::Reject { reason } => {
            text::check_note(reason).map_err(|bad| Error::invalid("/reason", bad.to_string()))?;
            if draft.lead.state != State::Received {
                draft.move_by(Trigger::Released, "release")?;
            }
            draft.move_by(Trigger::Rejected, "reject")?;
            draft.lead.ended_at = Some(draft.now);
            draft.drop_deadlines();
            let attributes =
                Attributes::from([("reason".to_owned(), AttributeValue::Text(reason.clone()))]);
            draft.record("rejected", None, attributes);
        }
    }
    let lead = draft.lead.clone();
    origin.keep_answer(&lead, draft.now, &mut draft.changes);
    Ok(Decided {
        outcome: lead,
        command: draft.into_command(),
    })
}

/// Asks again what could not be answered.
async fn try_again(draft: &mut Draft<'_>, stage: Stage) -> Result<(), Error> {
    match stage {
        Stage::Assess => {
            let activities = draft
                .host
                .store
                .activities(&draft.lead.manufacturer, &draft.lead.id)
                .await?;
            intake::assess(draft, &activities).await
        }
        Stage::Rank | Stage::Escalate if draft.claim.is_none() => {
            distribute::lapse(draft);
            distribute::next_wave(draft).await
        }
        Stage::Rank | Stage::Escalate => Ok(()),
    }
}
