//! A binding as callers see it.

use serde::Serialize;
use serde_json::Value;

use super::super::values::{instant, maybe_instant};
use crate::contracts::binding::Stands;
use crate::domain::generation::PaidTrial;

/// A generation of a slot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BindingView {
    pub slot: String,
    /// Counts up per slot.
    pub generation: i64,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub plugin_digest: String,
    #[schema(value_type = Object)]
    pub configuration: Value,
    pub configuration_digest: String,
    /// ready, shadow, canary, active, retired or quarantined.
    pub standing: String,
    /// Whether a second person has to agree before it is in force.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waits_for_approval: bool,
    /// What its calls may use beyond the host's limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub limits: Option<Value>,
    /// What pays begins with a period; what routes at once. Missing where it has not
    /// been put in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_from: Option<String>,
    /// Of what pays: whom it pays on trial or, where it is in force, whom others pay in
    /// its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<PaidTrialView>,
    pub comment: String,
}

/// What concerns some partners is paid by a generation that is tried with them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PaidTrialView {
    generation: i64,
    /// Their codes.
    partners: Vec<String>,
    from: String,
    /// Missing while nobody has ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    comment: String,
}

impl BindingView {
    pub fn of(stands: &Stands) -> Self {
        let binding = &stands.binding;
        let limits = binding.limits.as_deref();
        Self {
            slot: binding.slot.clone(),
            generation: binding.generation,
            plugin: stands.plugin.clone(),
            plugin_digest: binding.plugin_digest.clone(),
            configuration: serde_json::from_str(&binding.configuration).unwrap_or_default(),
            configuration_digest: binding.configuration_digest.clone(),
            standing: stands.standing.as_str().to_owned(),
            waits_for_approval: stands.waits,
            limits: limits.and_then(|limits| serde_json::from_str(limits).ok()),
            active_from: stands.from().map(instant),
            trials: stands.trials.iter().map(PaidTrialView::of).collect(),
            comment: binding.comment.clone(),
        }
    }
}

impl PaidTrialView {
    pub fn of(trial: &PaidTrial) -> Self {
        Self {
            generation: trial.generation,
            partners: trial.partners.iter().map(|of| of.code.clone()).collect(),
            from: instant(trial.from),
            until: maybe_instant(trial.ends()),
            comment: trial.comment.clone(),
        }
    }
}
