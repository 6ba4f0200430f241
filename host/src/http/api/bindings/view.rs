//! A binding as callers see it.

use serde::Serialize;
use serde_json::Value;

use super::super::values::instant;
use crate::contracts::binding::Stands;

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
    pub comment: String,
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
            comment: binding.comment.clone(),
        }
    }
}
