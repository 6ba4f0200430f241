//! A trial as those see it who ask for it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::request::{Plan, Request};
use crate::domain::plan_trial::PlanTrial;
use crate::trial::live::Scope;

/// A trial of plans, and what has become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PlanTrialView {
    pub id: String,
    pub name: String,
    pub comment: String,
    /// waiting, running, stopped, done, failed.
    pub state: String,
    pub scope: Scope,
    pub plans: Vec<Plan>,
    /// By what people's doings are played, as it was sent; not on a page of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulation: Option<String>,
    /// What is taken for what nothing here tells, as it was sent.
    #[schema(value_type = Object)]
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub assume: Map<String, Value>,
    pub created_at: String,
    /// The token whose request it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// The host that runs it, or has run it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What is being done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// What it has failed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailedWith>,
    /// Of one that is done: what each plan would have paid (`plans`) in minor units of
    /// `currency`, what would stay unworked (`behaviour`, parts per million), what history
    /// could not tell (`untold`), tables that are too large to be kept (`left-out`), and
    /// digests of what it was made of (`digest`) and of the contract's rules then (`rules`).
    #[schema(value_type = Option<Object>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FailedWith {
    pub code: String,
    pub message: String,
}

impl PlanTrialView {
    pub fn of(trial: &PlanTrial) -> Self {
        let request: Option<Request> = serde_json::from_str(&trial.request).ok();
        let Request {
            scope,
            plans,
            simulation,
            assume,
        } = request.unwrap_or_default();
        let run = &trial.run;
        let has_ended = run.ended >= trial.asked;
        let end = run.end.as_ref().filter(|_| has_ended);
        Self {
            id: trial.id.to_string(),
            name: trial.name.clone(),
            comment: trial.comment.clone(),
            state: trial.state().as_str().to_owned(),
            scope,
            plans,
            simulation,
            assume,
            created_at: trial.created_at.to_string(),
            created_by: trial.created_by.as_ref().map(ToString::to_string),
            host: run.host.clone(),
            step: run.step.clone().filter(|step| !step.is_empty()),
            started_at: run.started_at.map(|at| at.to_string()),
            ended_at: end.map(|end| end.at.to_string()),
            error: end
                .and_then(|end| end.error.clone())
                .map(|(code, message)| FailedWith { code, message }),
            found: run
                .found
                .as_ref()
                .filter(|_| has_ended)
                .and_then(|found| serde_json::from_str(found).ok()),
        }
    }

    /// As one of many.
    pub fn in_short(trial: &PlanTrial) -> Self {
        Self {
            simulation: None,
            ..Self::of(trial)
        }
    }
}
