//! A promised time has come: the ladder is climbed, or a resting lead wakes.

use super::draft::Draft;
use super::{Error, escalate, intake};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deadline::{Leased, Subject};
use crate::domain::ids::LeadId;
use crate::domain::lifecycle::Trigger;
use crate::host::Host;
use crate::store::changes::{DeadlineChange, Guard};

/// Does what a lead's due deadline asks for, and takes it off the list, in one
/// commit.
pub async fn work(host: &Host, leased: &Leased) -> Result<(), Error> {
    match &leased.deadline.subject {
        Subject::Escalation(lead) => climb(host, leased, lead).await,
        Subject::Wake(lead) => wake(host, leased, lead).await,
        Subject::Unworked(lead) => look_back(host, leased, lead).await,
        // Money's own: see `pay`.
        Subject::Compensation { .. } => Ok(()),
    }
}

async fn climb(host: &Host, leased: &Leased, lead: &LeadId) -> Result<(), Error> {
    super::again::on_stale(|| async {
        let deadline = &leased.deadline;
        let mut draft = Draft::load(host, &deadline.manufacturer, lead, None).await?;
        done(&mut draft, leased);
        // A lead that waits for a person is not pushed on meanwhile.
        if draft.lead.manual.is_none() && !draft.lead.state.has_ended() {
            let mut attributes = deadline.attributes.clone();
            attributes.insert("key".to_owned(), AttributeValue::Text(deadline.key.clone()));
            draft.record_at(escalate::DUE, None, attributes.clone(), deadline.due_at);
            escalate::since_then(&mut draft, escalate::DUE, attributes, deadline.due_at).await?;
        }
        host.store.commit(draft.into_command()).await?;
        Ok(())
    })
    .await
}

async fn wake(host: &Host, leased: &Leased, lead: &LeadId) -> Result<(), Error> {
    super::again::on_stale(|| async {
        let deadline = &leased.deadline;
        let mut draft = Draft::load(host, &deadline.manufacturer, lead, None).await?;
        done(&mut draft, leased);
        if draft.move_by(Trigger::Woken, "wake").is_ok() {
            draft.record("woken", None, Attributes::new());
            let activities = host.store.activities(&deadline.manufacturer, lead).await?;
            intake::assess(&mut draft, &activities).await?;
        }
        host.store.commit(draft.into_command()).await?;
        Ok(())
    })
    .await
}

/// Whether anybody has worked the lead since it was qualified.
async fn look_back(host: &Host, leased: &Leased, lead: &LeadId) -> Result<(), Error> {
    super::again::on_stale(|| async {
        let deadline = &leased.deadline;
        let mut draft = Draft::load(host, &deadline.manufacturer, lead, None).await?;
        done(&mut draft, leased);
        let cycle = AttributeValue::Integer(i64::from(draft.lead.cycle));
        let same_cycle = deadline.attributes.get("cycle") == Some(&cycle);
        if same_cycle && draft.lead.first_worked_at.is_none() {
            let holder = draft.claim.as_ref().map(|claim| claim.partner.clone());
            draft.record_at(
                "unworked",
                holder.as_ref(),
                Attributes::new(),
                deadline.due_at,
            );
        }
        host.store.commit(draft.into_command()).await?;
        Ok(())
    })
    .await
}

fn done(draft: &mut Draft<'_>, leased: &Leased) {
    draft.changes.guards.push(Guard::Lease(
        leased.deadline.id.clone(),
        leased.lease.clone(),
    ));
    // First in the list: a deadline of the same key that the policy sets now
    // must not be taken off with this one.
    draft
        .changes
        .deadlines
        .insert(0, DeadlineChange::Done(leased.deadline.id.clone()));
}
