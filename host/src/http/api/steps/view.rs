//! A step as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::domain::generation::{Action, Step, per_cent};

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StepView {
    slot: String,
    /// Counts up per slot.
    step: i64,
    generation: i64,
    /// configured, shadowed, canaried, requested, activated, cancelled, rolled-back,
    /// quarantined.
    action: String,
    /// What was in force before.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<i64>,
    /// Of a shadow or canary.
    #[serde(skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    /// Of a canary of what pays: codes of the partners that it is tried with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    partners: Vec<String>,
    /// Of an activation: from when it counts. Of a trial with partners: from when it
    /// begins or ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    at: String,
    /// The token whose request it was; none for the host itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    comment: String,
}

impl StepView {
    pub fn of(step: &Step) -> Self {
        let tried = matches!(step.action, Action::Shadowed | Action::Canaried);
        let is_drawn = tried && step.partners.is_empty();
        let counts = matches!(step.action, Action::Activated | Action::Requested);
        let counts = counts || step.from != step.at;
        Self {
            slot: step.slot.clone(),
            step: step.number,
            generation: step.generation,
            action: step.action.as_str().to_owned(),
            before: step.before,
            share_percent: is_drawn.then(|| per_cent(step.share)),
            partners: step.partners.iter().map(|of| of.code.clone()).collect(),
            from: counts.then(|| instant(step.from)),
            at: instant(step.at),
            actor: step.actor.as_ref().map(ToString::to_string),
            comment: step.comment.clone(),
        }
    }
}
