//! What follows from a slot's steps.

use std::collections::{BTreeMap, BTreeSet};

use super::paid_trial::{self, PaidTrial};
use super::{Action, Standing, Step};
use crate::domain::time::Micros;

/// A generation that is tried beside what is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub generation: i64,
    /// Parts per million.
    pub share: i64,
    /// Since when it has been tried like this, at whatever share.
    pub since: Micros,
}

/// An activation that counts from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation {
    pub generation: i64,
    pub from: Micros,
    /// When it was said.
    pub at: Micros,
}

/// An activation that waits for a second person.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub generation: i64,
    pub from: Micros,
    pub step: Step,
}

/// All that a slot's steps add up to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// In the order in which they were said.
    pub activations: Vec<Activation>,
    shadow: Option<Trial>,
    canary: Option<Trial>,
    pub request: Option<Request>,
    /// Of what pays: in the order in which they were said.
    pub(super) paid_trials: Vec<PaidTrial>,
    /// That were rolled back or quarantined, and not taken up again.
    bad: BTreeMap<i64, Action>,
    generation_last: i64,
    step_last: i64,
}

impl Course {
    /// Of the slot's steps, in their order.
    pub fn of<'a>(steps: impl IntoIterator<Item = &'a Step>) -> Self {
        let mut course = Self::default();
        for step in steps {
            course.take(step);
        }
        course
    }

    /// Adds what follows from one step more.
    pub fn take(&mut self, step: &Step) {
        let generation = step.generation;
        self.generation_last = self.generation_last.max(generation);
        self.step_last = self.step_last.max(step.number);
        paid_trial::take(&mut self.paid_trials, step);
        match step.action {
            Action::Configured => {}
            Action::Shadowed => {
                self.bad.remove(&generation);
                take_back(&mut self.canary, generation);
                let since = self.shadow(step.at).and_then(|trial| since(trial, step));
                self.shadow = Some(trial(step, since));
            }
            Action::Canaried => {
                self.bad.remove(&generation);
                take_back(&mut self.shadow, generation);
                let since = self.canary(step.at).and_then(|trial| since(trial, step));
                self.canary = Some(trial(step, since));
            }
            Action::Requested => {
                self.request = Some(Request {
                    generation,
                    from: step.from,
                    step: step.clone(),
                });
            }
            Action::Activated => {
                self.bad.remove(&generation);
                self.withdraw(generation);
                // Another instant for the same generation takes the place of the first.
                self.unplan(generation, step.at);
                if step.from <= step.at {
                    self.end_trials(generation);
                }
                self.activations.push(Activation {
                    generation,
                    from: step.from,
                    at: step.at,
                });
            }
            Action::Cancelled => self.leave(generation, step.at),
            Action::RolledBack | Action::Quarantined => {
                self.leave(generation, step.at);
                self.bad.insert(generation, step.action);
            }
        }
    }

    /// The generation is no longer tried, asked for or planned. All of it ends at once:
    /// what a gate takes back must not come in force later all the same.
    fn leave(&mut self, generation: i64, now: Micros) {
        self.end_trials(generation);
        self.withdraw(generation);
        self.unplan(generation, now);
    }

    fn end_trials(&mut self, generation: i64) {
        take_back(&mut self.shadow, generation);
        take_back(&mut self.canary, generation);
    }

    fn withdraw(&mut self, generation: i64) {
        if matches!(&self.request, Some(request) if request.generation == generation) {
            self.request = None;
        }
    }

    fn unplan(&mut self, generation: i64, now: Micros) {
        self.activations
            .retain(|activation| activation.generation != generation || activation.from <= now);
    }

    /// The generation that is asked beside what is in force at that instant.
    pub fn shadow(&self, now: Micros) -> Option<&Trial> {
        self.lasting(self.shadow.as_ref()?, now)
    }

    /// The generation that decides for a share of the leads at that instant.
    pub fn canary(&self, now: Micros) -> Option<&Trial> {
        self.lasting(self.canary.as_ref()?, now)
    }

    /// A trial lasts until what is tried comes in force, which may have been planned
    /// at any time.
    fn lasting<'t>(&self, trial: &'t Trial, now: Micros) -> Option<&'t Trial> {
        let generation = trial.generation;
        let has_come = self.activations.iter().any(|activation| {
            activation.generation == generation
                && trial.since < activation.from
                && activation.from <= now
                && self.in_force(activation.from) == Some(generation)
        });
        (!has_come).then_some(trial)
    }

    /// By what is in force at that instant.
    pub fn activation(&self, at: Micros) -> Option<Activation> {
        let mut counting = self.activations.iter().rev();
        counting.find(|activation| activation.from <= at).copied()
    }

    /// The generation that is in force at that instant; it may be a bad one,
    /// where nothing has taken its place.
    pub fn in_force(&self, at: Micros) -> Option<i64> {
        self.activation(at).map(|activation| activation.generation)
    }

    /// When what is in force changes next, and to what.
    pub fn next(&self, now: Micros) -> Option<Activation> {
        let coming = self.activations.iter().filter(|coming| coming.from > now);
        let next = coming.min_by_key(|coming| coming.from).copied()?;
        // What was said after it and counts before takes its place.
        let generation = self.in_force(next.from)?;
        Some(Activation { generation, ..next })
    }

    /// What was in force before what is so at that instant and was not bad, the latest
    /// first.
    pub fn earlier(&self, at: Micros) -> impl Iterator<Item = i64> {
        let now = self.in_force(at);
        let mut seen = BTreeSet::new();
        self.activations
            .iter()
            .rev()
            .filter(move |earlier| earlier.from <= at)
            .map(|earlier| earlier.generation)
            .filter(move |earlier| now.is_some_and(|now| now != *earlier))
            .filter(|earlier| !self.is_bad(*earlier))
            .filter(move |earlier| seen.insert(*earlier))
    }

    /// That were rolled back or quarantined.
    pub fn bad(&self) -> impl Iterator<Item = i64> {
        self.bad.keys().copied()
    }

    /// Since when a generation that is in force or a canary is answered for: when
    /// that was said last.
    pub fn decides_since(&self, generation: i64, now: Micros) -> Option<Micros> {
        if self.in_force(now) == Some(generation) && !self.is_bad(generation) {
            let mut latest = self.activations.iter().rev();
            return latest
                .find(|latest| latest.generation == generation && latest.from <= now)
                .map(|latest| latest.at.max(latest.from));
        }
        let canary = self.canary(now)?;
        (canary.generation == generation).then_some(canary.since)
    }

    /// Whether it was rolled back or quarantined.
    pub fn is_bad(&self, generation: i64) -> bool {
        self.bad.contains_key(&generation)
    }

    /// Whether a lead that began its cycle with the generation goes on with it.
    pub fn holds(&self, generation: i64, now: Micros) -> bool {
        let was_in_force = self
            .activations
            .iter()
            .any(|activation| activation.generation == generation && activation.from <= now);
        let is_canary = matches!(self.canary(now), Some(canary) if canary.generation == generation);
        (was_in_force || is_canary) && !self.is_bad(generation)
    }

    /// Where a generation of the slot stands.
    pub fn standing(&self, generation: i64, now: Micros) -> Standing {
        let is = |trial: Option<&Trial>| trial.is_some_and(|trial| trial.generation == generation);
        let coming = self
            .next(now)
            .is_some_and(|next| next.generation == generation);
        let was = self
            .activations
            .iter()
            .any(|activation| activation.generation == generation);
        if self.is_bad(generation) {
            Standing::Quarantined
        } else if self.in_force(now) == Some(generation) {
            Standing::Active
        } else if is(self.canary(now)) {
            Standing::Canary
        } else if is(self.shadow(now)) {
            Standing::Shadow
        } else if coming {
            Standing::Active
        } else if was {
            Standing::Retired
        } else {
            Standing::Ready
        }
    }

    /// The generation that was put in force last, be it for later.
    pub fn latest(&self) -> Option<i64> {
        self.activations.last().map(|latest| latest.generation)
    }

    /// From when a generation has counted or will count.
    pub fn from(&self, generation: i64) -> Option<Micros> {
        let mut latest = self.activations.iter().rev();
        latest
            .find(|activation| activation.generation == generation)
            .map(|activation| activation.from)
    }

    /// Whether somebody has to agree to it.
    pub fn waits(&self, generation: i64) -> bool {
        let asked = self.request.as_ref();
        asked.is_some_and(|asked| asked.generation == generation)
    }

    /// The generation that was made last, unless it was found bad.
    pub fn newest(&self) -> Option<i64> {
        let newest = self.generation_last;
        (newest > 0 && !self.is_bad(newest)).then_some(newest)
    }

    /// The number of the generation that is made next.
    pub fn generation_next(&self) -> i64 {
        self.generation_last + 1
    }

    /// The number of the step that is made next.
    pub fn step_next(&self) -> i64 {
        self.step_last + 1
    }
}

fn trial(step: &Step, since: Option<Micros>) -> Trial {
    Trial {
        generation: step.generation,
        share: step.share,
        since: since.unwrap_or(step.at),
    }
}

/// Since when the same generation is tried.
fn since(trial: &Trial, step: &Step) -> Option<Micros> {
    (trial.generation == step.generation).then_some(trial.since)
}

fn take_back(trial: &mut Option<Trial>, generation: i64) {
    if matches!(trial, Some(known) if known.generation == generation) {
        *trial = None;
    }
}
