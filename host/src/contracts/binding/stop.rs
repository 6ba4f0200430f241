//! The host takes a generation out by itself, and says why where everybody looks:
//! in the feed, in the history of the slot, and in the audit.

use super::{Amendment, Slots};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::event::EventCode;
use crate::domain::generation::{Action, Course, Step};
use crate::domain::happening::Event;
use crate::domain::time::Micros;
use crate::host::{Decider, Host, Origin};
use crate::metrics;
use crate::store;

/// What was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub decider: Decider,
    pub reason: String,
    /// The generation that decides in its place; none: a person.
    pub instead: Option<i64>,
}

impl Amendment {
    /// Adds the step that takes a generation out from an instant on.
    pub(super) fn take_out(
        &mut self,
        slots: &Slots,
        course: &Course,
        decider: &Decider,
        action: Action,
        from: Micros,
        reason: &str,
    ) {
        let step = self.step(&slots.ground(), &decider.slot, course, decider.generation);
        self.rows.steps.push(Step {
            action,
            from,
            comment: reason.to_owned(),
            ..step
        });
        let line = format!(
            "{} of {}, generation {}",
            decider.slot, slots.contract.code, decider.generation
        );
        let before = course.standing(decider.generation, slots.now);
        let after = format!("{}: {reason}", action.as_str());
        self.altered(line, before.as_str(), &after);
    }

    /// Commits what stops a generation, and tells of it.
    ///
    /// # Errors
    /// `Stale` where somebody has changed something of the contract meanwhile.
    pub(super) async fn commit_stop(
        mut self,
        host: &Host,
        slots: &Slots,
        stopped: &Stopped,
    ) -> Result<(), store::Error> {
        self.rows.events.push(told(host, slots, stopped));
        self.touch(slots.contract.clone());
        self.commit(host, &Origin::host(), &()).await?;
        let Decider {
            slot, generation, ..
        } = &stopped.decider;
        metrics::worker::generation_stopped(slot);
        tracing::warn!(
            contract = slots.contract.code,
            slot,
            generation,
            instead = stopped.instead,
            "a generation was stopped: {}",
            stopped.reason
        );
        Ok(())
    }
}

fn told(host: &Host, slots: &Slots, stopped: &Stopped) -> Event {
    let Decider {
        manufacturer,
        contract,
        slot,
        generation,
    } = &stopped.decider;
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let mut attributes = Attributes::from([
        ("slot".to_owned(), text(slot)),
        (
            "generation".to_owned(),
            AttributeValue::Integer(*generation),
        ),
        ("reason".to_owned(), text(&stopped.reason)),
    ]);
    if let Some(instead) = stopped.instead {
        attributes.insert("instead".to_owned(), AttributeValue::Integer(instead));
    }
    Event {
        manufacturer: manufacturer.clone(),
        id: host.ids.next(slots.now),
        contract: contract.clone(),
        lead: None,
        cycle: 0,
        deal: None,
        partner: None,
        code: EventCode::GenerationStopped.as_str().to_owned(),
        occurred_at: slots.now,
        recorded_at: slots.now,
        attributes,
        lines: Vec::new(),
        decision: None,
        actor: None,
    }
}
