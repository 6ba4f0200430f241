//! What a component wants to be woken about, on the way through a period.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::deadline::{Deadline, Subject};
use crate::domain::happening::Event;
use crate::domain::ids::{DealId, LeadId};
use crate::domain::time::Micros;
use crate::pay::wake;
use crate::store::changes::DeadlineChange;

/// One wish of a key is open about a lead, a deal, or neither.
type Of = (Option<LeadId>, Option<DealId>, String);

/// The wishes of one component.
#[derive(Default)]
pub(super) struct Wishes {
    /// All that it has said; none where the wish was dropped or fulfilled.
    said: BTreeMap<Of, Option<Deadline>>,
    /// The open ones, by when they are due.
    open: BTreeSet<(Micros, Of)>,
}

impl Wishes {
    /// Sets, replaces and drops.
    pub fn note(&mut self, changes: Vec<DeadlineChange>) {
        for change in changes {
            match change {
                DeadlineChange::Set(wish) => {
                    let of = of(&wish.subject, &wish.key);
                    let due_at = wish.due_at;
                    self.say(of.clone(), Some(wish));
                    self.open.insert((due_at, of));
                }
                DeadlineChange::Drop { subject, key, .. } => {
                    self.say(of(&subject, &key), None);
                }
                DeadlineChange::DropAll { .. } | DeadlineChange::Done(_) => {}
            }
        }
    }

    /// What it wants in place of what it has said before.
    fn say(&mut self, of: Of, wish: Option<Deadline>) {
        if let Some(Some(before)) = self.said.insert(of.clone(), wish) {
            self.open.remove(&(before.due_at, of));
        }
    }

    /// Whether the component has said anything about what the event wakes it for.
    pub fn has_said(&self, woken: &Event) -> bool {
        self.said.contains_key(&of_event(woken))
    }

    /// Fulfils the wish that the event fulfils; false where it is none of these.
    pub fn fulfil(&mut self, woken: &Event) -> bool {
        let of = of_event(woken);
        let is_open = self.open.contains(&(woken.occurred_at, of.clone()));
        if is_open {
            self.say(of, None);
        }
        is_open
    }

    /// The first wish that is due before an instant.
    pub fn next(&self, before: Micros) -> Option<&Deadline> {
        let (due_at, of) = self.open.first()?;
        let wish = self.said.get(of)?.as_ref();
        wish.filter(|_| *due_at < before)
    }
}

fn of(subject: &Subject, key: &str) -> Of {
    match subject {
        Subject::Compensation { lead, deal, .. } => (lead.clone(), deal.clone(), key.to_owned()),
        Subject::Escalation(lead) | Subject::Wake(lead) | Subject::Unworked(lead) => {
            (Some(lead.clone()), None, key.to_owned())
        }
    }
}

fn of_event(woken: &Event) -> Of {
    let key = wake::key(woken).unwrap_or_default().to_owned();
    (woken.lead.clone(), woken.deal.clone(), key)
}
