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
    /// Of an activation: from when it counts.
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
        let counts = matches!(step.action, Action::Activated | Action::Requested);
        Self {
            slot: step.slot.clone(),
            step: step.number,
            generation: step.generation,
            action: step.action.as_str().to_owned(),
            before: step.before,
            share_percent: tried.then(|| per_cent(step.share)),
            from: counts.then(|| instant(step.from)),
            at: instant(step.at),
            actor: step.actor.as_ref().map(ToString::to_string),
            comment: step.comment.clone(),
        }
    }
}
