//! A decision as callers see it.

use serde::Serialize;
use serde_json::Value;

use super::super::values::instant;
use crate::domain::decision::Decision;
use crate::proof::explained::WhyView;

/// A decision in a line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionSummary {
    pub id: String,
    pub slot: String,
    pub function: String,
    pub plugin: String,
    pub generation: i64,
    pub asked_at: String,
    /// ok, not-applicable, or a code of the closed list of errors.
    pub outcome: String,
    pub fuel: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
}

/// A decision with what was asked and answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecisionView {
    #[serde(flatten)]
    pub summary: DecisionSummary,
    pub plugin_digest: String,
    pub configuration_digest: String,
    pub artifact_digest: String,
    pub engine: String,
    pub terms_version: i64,
    pub log: Vec<String>,
    pub why: WhyView,
    /// `{"context": …, "input": …}`, exactly what the policy was told.
    #[schema(value_type = Object)]
    pub question: Value,
    /// What it answered; null where it failed.
    #[schema(value_type = Object)]
    pub answer: Value,
}

impl DecisionSummary {
    pub fn of(decision: &Decision) -> Self {
        Self {
            id: decision.id.to_string(),
            slot: decision.slot.clone(),
            function: decision.function.clone(),
            plugin: decision.plugin.clone(),
            generation: decision.generation,
            asked_at: instant(decision.asked_at),
            outcome: decision.outcome.clone(),
            fuel: decision.fuel,
            follows: decision.follows.as_ref().map(ToString::to_string),
        }
    }
}
