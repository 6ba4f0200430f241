//! What pays is tried with partners that somebody has chosen. Which generation pays
//! whom in a period follows from the steps alone, so that closing, late events and
//! computing anew come to the same.

use super::{Action, Chosen, Course, Step};
use crate::domain::ids::PartnerId;
use crate::domain::time::Micros;

/// A generation that pays whatever concerns the chosen partners, and settles their
/// periods, in the periods that begin within its time.
#[derive(Clone, Debug, PartialEq)]
pub struct PaidTrial {
    pub generation: i64,
    pub partners: Vec<Chosen>,
    pub from: Micros,
    /// The instant after the last one; `NEVER` while nobody has ended it.
    pub until: Micros,
    /// When it was said.
    pub at: Micros,
    pub comment: String,
}

impl PaidTrial {
    /// Whether the partner is one of those that were chosen.
    pub fn names(&self, partner: &PartnerId) -> bool {
        self.partners.iter().any(|chosen| chosen.id == *partner)
    }

    /// The instant after the last one; none while nobody has ended it.
    pub fn ends(&self) -> Option<Micros> {
        (self.until != Micros::NEVER).then_some(self.until)
    }

    fn covers(&self, begins: Micros) -> bool {
        self.from <= begins && begins < self.until
    }
}

/// What a step makes of a slot's trials with partners, in the order in which they
/// were said.
///
/// An activation ends none here: the trial goes on until the activation counts, which
/// [`Course::paid_trial`] looks at.
pub(super) fn take(trials: &mut Vec<PaidTrial>, step: &Step) {
    let gives_up = match step.action {
        Action::Configured | Action::Requested | Action::Activated => return,
        Action::Canaried => false,
        Action::Shadowed | Action::Cancelled | Action::RolledBack | Action::Quarantined => true,
    };
    for trial in trials
        .iter_mut()
        .filter(|trial| trial.generation == step.generation)
    {
        // One that has not begun yet is given up whole.
        let until = match gives_up && step.at < trial.from {
            true => trial.from,
            false => step.from,
        };
        trial.until = trial.until.min(until);
    }
    // What was over before it began has never been.
    trials.retain(|trial| trial.from < trial.until);
    if step.action == Action::Canaried && !step.partners.is_empty() {
        trials.push(PaidTrial {
            generation: step.generation,
            partners: step.partners.clone(),
            from: step.from,
            until: Micros::NEVER,
            at: step.at,
            comment: step.comment.clone(),
        });
    }
}

impl Course {
    /// The generation that pays what concerns a partner in the period that begins at
    /// `begins`, and settles the partner's period; without a partner, and for all that
    /// were not chosen, the one in force.
    pub fn pays(&self, begins: Micros, partner: Option<&PartnerId>) -> Option<i64> {
        partner
            .and_then(|partner| self.paid_trial(begins, partner))
            .map(|trial| trial.generation)
            .or_else(|| self.in_force(begins))
    }

    /// The trial by which a partner is paid in the period that begins at `begins`. Of
    /// two that name it the one that was said last counts.
    pub fn paid_trial(&self, begins: Micros, partner: &PartnerId) -> Option<&PaidTrial> {
        self.paid_trials_at(begins)
            .filter(|trial| trial.names(partner))
            .last()
    }

    /// The trials with partners in a period that begins at `begins`.
    pub fn paid_trials_at(&self, begins: Micros) -> impl Iterator<Item = &PaidTrial> {
        self.paid_trials
            .iter()
            .filter(move |trial| trial.covers(begins) && !self.is_for_all(trial, begins))
    }

    /// The trials with partners that are not over.
    pub fn paid_trials_from(&self, now: Micros) -> impl Iterator<Item = &PaidTrial> {
        self.paid_trials
            .iter()
            .filter(move |trial| now < trial.until && !self.is_for_all(trial, now))
    }

    /// Since when a partner has been paid by a trial's generation without a break,
    /// with whomever else.
    pub fn paid_since(&self, trial: &PaidTrial, partner: &PartnerId) -> Micros {
        let mut since = trial.from;
        for earlier in self.paid_trials.iter().rev() {
            let is_same = earlier.generation == trial.generation && earlier.names(partner);
            if is_same && earlier.until == since {
                since = earlier.from;
            }
        }
        since
    }

    /// The generations that have paid or are to pay, all or some.
    pub fn payers(&self) -> impl Iterator<Item = i64> {
        let activations = self.activations.iter();
        let trials = self.paid_trials.iter().map(|trial| trial.generation);
        activations
            .map(|activation| activation.generation)
            .chain(trials)
    }

    /// When what pays changes, for some or for all: a period ends there at the latest.
    pub fn pay_changes(&self) -> impl Iterator<Item = Micros> {
        let activations = self.activations.iter().map(|activation| activation.from);
        activations.chain(self.paid_trials.iter().map(|trial| trial.from))
    }

    /// Whether the generation that is tried has come in force since, whenever that was
    /// planned: what follows it then pays all.
    fn is_for_all(&self, trial: &PaidTrial, at: Micros) -> bool {
        self.activations.iter().any(|activation| {
            activation.generation == trial.generation
                && (trial.at <= activation.at || trial.from <= activation.from)
                && activation.from <= at
                && self.in_force(activation.from) == Some(trial.generation)
        })
    }
}

#[cfg(test)]
mod tests;
