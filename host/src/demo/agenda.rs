//! What is going to happen, in the order of time.

use std::collections::BTreeMap;

use super::swap::Stage;
use crate::domain::ids::{DealId, LeadId, PartnerId};
use crate::domain::time::Micros;

/// Somebody does something.
#[derive(Clone, Debug)]
pub enum Task {
    /// The request of that index comes in.
    Arrive(usize),
    /// A qualifier has asked back and enters the answers.
    Answer(LeadId),
    /// A partner looks at an offer.
    Look(Look),
    /// A holder tries to reach the contact.
    Reach(Working, u32),
    /// A holder reports.
    Report(Working, &'static str),
    /// A holder is done with the lead.
    Conclude(Working),
    /// A customer calls a deal off.
    CallOff(DealId),
    /// The manufacturer's desk sends a lead on that waits for a person.
    Release(LeadId),
    /// What has happened is paid.
    Pay,
    /// A rule is changed, by one step.
    Swap(Stage),
}

/// An offer that a partner looks at.
#[derive(Clone, Debug)]
pub struct Look {
    pub lead: LeadId,
    pub partner: PartnerId,
    pub wave: u32,
    /// Whether it was refused once, and has reported meanwhile.
    pub again: bool,
}

/// A lead at a partner's.
#[derive(Clone, Debug)]
pub struct Working {
    pub lead: LeadId,
    pub partner: PartnerId,
    /// Whether the first attempt came within a day.
    pub prompt: bool,
    /// Whether anybody was reached.
    pub reached: bool,
}

/// Tasks by their instant; those of one instant in the order in which they were
/// added.
#[derive(Default)]
pub struct Agenda {
    tasks: BTreeMap<(Micros, u64), Task>,
    added: u64,
}

impl Agenda {
    pub fn add(&mut self, at: Micros, task: Task) {
        self.added += 1;
        self.tasks.insert((at, self.added), task);
    }

    /// When the next task is.
    pub fn next_at(&self) -> Option<Micros> {
        self.tasks.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next task.
    pub fn take(&mut self) -> Option<Task> {
        self.tasks.pop_first().map(|(_, task)| task)
    }
}
