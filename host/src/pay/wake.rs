//! A component asked to be called again: the wish is a deadline, and comes back
//! as an event `due` that is paid like any other.

use super::Error;
use super::lane::Lane;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deadline::{Deadline, Leased, Subject};
use crate::domain::deal::Deal;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{DealId, LeadId};
use crate::domain::lead::Lead;
use crate::domain::time::Micros;
use crate::host::telling::from_policy;
use crate::host::{Host, InForce};
use crate::policy::Code;
use crate::policy::question::WakeUp;
use crate::store;
use crate::store::changes::{Changes, Command, DeadlineChange, Guard};

/// The attribute of a `due` event that names the component it wakes.
const COMPONENT: &str = "component";
/// And the one that says which of its wishes it was.
const KEY: &str = "key";

/// The component that an event wakes; none where it is no wake-up.
pub(super) fn component(event: &Event) -> Option<&str> {
    match event.attributes.get(COMPONENT) {
        Some(AttributeValue::Text(component)) if event.code == EventCode::Due.as_str() => {
            Some(component)
        }
        _ => None,
    }
}

/// The key of the wish that a wake-up fulfils.
pub(super) fn key(event: &Event) -> Option<&str> {
    match event.attributes.get(KEY) {
        Some(AttributeValue::Text(key)) => Some(key),
        _ => None,
    }
}

/// Sets, replaces and drops what a component asked for when it was paid for an
/// event. What cannot be, is said by an event.
pub(super) fn set(
    lane: &Lane<'_>,
    plan: &InForce,
    component: &str,
    event: &Event,
    wake_ups: Vec<WakeUp>,
    changes: &mut Changes,
) {
    let about = About {
        component,
        lead: event.lead.as_ref(),
        deal: event.deal.as_ref(),
        since: event.occurred_at,
    };
    for wake_up in wake_ups {
        if let Err(detail) = about.set(lane, plan, &wake_up, changes) {
            let code = Code::GuestOutputInvalid.as_str();
            let failed = super::award::failed(lane, component, Some(event), code, &detail);
            changes.events.push(failed);
        }
    }
}

/// What a component wants to be woken about, and from when it counts.
pub(super) struct About<'a> {
    pub component: &'a str,
    pub lead: Option<&'a LeadId>,
    pub deal: Option<&'a DealId>,
    pub since: Micros,
}

impl About<'_> {
    /// Sets, replaces or drops one wake-up.
    pub fn set(
        &self,
        lane: &Lane<'_>,
        plan: &InForce,
        wake_up: &WakeUp,
        changes: &mut Changes,
    ) -> Result<(), String> {
        let contract = &plan.contract;
        let subject = Subject::Compensation {
            component: self.component.to_owned(),
            lead: self.lead.cloned(),
            deal: self.deal.cloned(),
        };
        if wake_up.after.0.is_empty() {
            changes.deadlines.push(DeadlineChange::Drop {
                subject,
                contract: contract.id.clone(),
                key: wake_up.key.clone(),
            });
            return Ok(());
        }
        let due_at = plan
            .calendar
            .resolve(&wake_up.after, self.since)
            .map_err(|error| format!("wake-up {}: {error}", wake_up.key))?;
        if due_at <= self.since {
            // One that is due at once would wake itself for ever.
            return Err(format!("wake-up {}: is due at once", wake_up.key));
        }
        changes.deadlines.push(DeadlineChange::Set(Deadline {
            manufacturer: contract.manufacturer.clone(),
            id: lane.host.ids.next(lane.host.clock.now()),
            contract: contract.id.clone(),
            subject,
            key: wake_up.key.clone(),
            due_at,
            attributes: from_policy(&wake_up.attributes),
        }));
        Ok(())
    }
}

/// A wake-up is due: its event is committed, and the lane will pay it.
pub async fn wake(host: &Host, leased: &Leased) -> Result<(), Error> {
    let deadline = &leased.deadline;
    let manufacturer = &deadline.manufacturer;
    let Some(event) = event_of(host, deadline).await? else {
        return Ok(());
    };
    let changes = Changes {
        guards: vec![Guard::Lease(deadline.id.clone(), leased.lease.clone())],
        events: vec![event],
        deadlines: vec![DeadlineChange::Done(deadline.id.clone())],
        ..Changes::default()
    };
    let command = Command {
        manufacturer: manufacturer.clone(),
        changes,
    };
    match host.store.commit(command).await {
        // Replaced or dropped meanwhile, or another host has it: nothing to do.
        Ok(_) | Err(store::Error::Stale { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The event that wakes a component now; none where the deadline wakes none.
pub(super) async fn event_of(host: &Host, deadline: &Deadline) -> Result<Option<Event>, Error> {
    let Subject::Compensation { lead, deal, .. } = &deadline.subject else {
        return Ok(None);
    };
    let manufacturer = &deadline.manufacturer;
    let deal = match deal {
        Some(id) => host.store.deal(manufacturer, id).await?,
        None => None,
    };
    let lead = match lead {
        Some(id) => host.store.lead(manufacturer, id).await?,
        None => None,
    };
    let now = host.clock.now();
    let event = event(deadline, lead.as_ref(), deal.as_ref(), now);
    Ok(event.map(|event| Event {
        id: host.ids.next(now),
        ..event
    }))
}

/// The event that wakes a component, under the wish's identifier; none where the
/// deadline wakes none.
pub(super) fn event(
    deadline: &Deadline,
    lead: Option<&Lead>,
    deal: Option<&Deal>,
    recorded_at: Micros,
) -> Option<Event> {
    let Subject::Compensation {
        component,
        lead: lead_id,
        deal: deal_id,
    } = &deadline.subject
    else {
        return None;
    };
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let mut attributes: Attributes = deadline.attributes.clone();
    attributes.insert(KEY.to_owned(), text(&deadline.key));
    attributes.insert(COMPONENT.to_owned(), text(component));
    Some(Event {
        manufacturer: deadline.manufacturer.clone(),
        id: deadline.id.as_str().into(),
        contract: deadline.contract.clone(),
        lead: lead_id.clone(),
        cycle: lead.map_or(0, |lead| lead.cycle),
        deal: deal_id.clone(),
        partner: deal
            .map(|deal| deal.partner.clone())
            .or(lead.and_then(|lead| lead.holder.clone())),
        code: EventCode::Due.as_str().to_owned(),
        occurred_at: deadline.due_at,
        recorded_at,
        attributes,
        lines: Vec::new(),
        decision: None,
        actor: None,
    })
}
