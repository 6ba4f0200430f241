//! Why this partner, and why not that one: as data.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::{DecisionSummary, DecisionView};
use crate::domain::access::Role;
use crate::domain::decision::Decision;
use crate::domain::ids::DecisionId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::policy::{Function, view};

/// Look at a decision
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}",
    tag = "decisions",
    params(("id" = String, Path)),
    responses((status = 200, description = "Question, answer, reasons and cost", body = DecisionView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&[
        Role::Manufacturer,
        Role::Operator,
        Role::Integrator,
        Role::VendorManager,
        Role::Auditor,
    ])?;
    let decision = host
        .store
        .decision(&caller.manufacturer, &DecisionId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("decision"))?;
    let (question, answer) = views(&decision)?;
    let view = DecisionView {
        summary: DecisionSummary::of(&decision),
        plugin_digest: decision.plugin_digest,
        configuration_digest: decision.configuration_digest,
        artifact_digest: decision.artifact_digest,
        engine: decision.engine,
        terms_version: decision.terms_version,
        log: decision.log,
        question,
        answer,
    };
    Ok(json(StatusCode::OK, &view))
}

/// Question and answer in the JSON view of what was recorded.
fn views(decision: &Decision) -> Result<(serde_json::Value, serde_json::Value), Problem> {
    let unreadable = || {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "decision.unreadable",
            "The recorded decision cannot be read",
        )
    };
    let function = Function::parse(&decision.function).ok_or_else(unreadable)?;
    let question = view::question_json(function, &decision.input).map_err(|_| unreadable())?;
    let answer = if decision.output.is_empty() {
        serde_json::Value::Null
    } else {
        view::answer_json(function, &decision.output).map_err(|_| unreadable())?
    };
    Ok((question, answer))
}
