//! One decision, with what stands behind it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::agreed::Agreed;
use super::view::{DecisionSummary, DecisionView};
use crate::domain::decision::Decision;
use crate::domain::ids::DecisionId;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::policy::{Function, view};
use crate::proof::explain::explain;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DecisionQuery {
    /// In whose words: de, en; without it the contract's first language.
    language: Option<String>,
}

/// Look at a decision
///
/// Exactly what was asked and answered, and `why` in words: of a ranking every
/// partner with each term of its score, or the reason that excludes it. Where
/// the terms hide a partner's open business, what was asked about it is empty. Free text
/// that was told is encrypted, as it is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}",
    tag = "decisions",
    params(("id" = String, Path), DecisionQuery),
    responses((status = 200, description = "Question, answer, reasons and cost", body = DecisionView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DecisionQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let mut decision = find(&host, &caller, id).await?;
    let (why, (question, answer)) = if is_shown(&host, &caller, &decision).await? {
        let language = query.language.as_deref();
        let why = explain(&host, &decision, language).await?;
        (why, views(&decision)?)
    } else {
        decision.log.clear();
        Default::default()
    };
    let view = DecisionView {
        summary: DecisionSummary::of(&decision),
        plugin_digest: decision.plugin_digest,
        configuration_digest: decision.configuration_digest,
        artifact_digest: decision.artifact_digest,
        engine: decision.engine,
        terms_version: decision.terms_version,
        log: decision.log,
        why,
        question,
        answer,
    };
    Ok(json(StatusCode::OK, &view))
}

/// The manufacturer's decision of that identifier.
pub(super) async fn find(host: &Host, caller: &Caller, id: String) -> Result<Decision, Problem> {
    host.store
        .decision(&caller.manufacturer, &DecisionId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("decision"))
}

/// The same, where the contract shows the caller what it was asked.
pub(super) async fn find_shown(
    host: &Host,
    caller: &Caller,
    id: String,
) -> Result<Decision, Problem> {
    let decision = find(host, caller, id).await?;
    match is_shown(host, caller, &decision).await? {
        true => Ok(decision),
        false => Err(Problem::forbidden(
            "by the contract's terms this partner's open business is not shown",
        )),
    }
}

/// Whether the contract shows what this was asked: of a partner's open business
/// it may not.
pub(in crate::http::api) async fn is_shown(
    host: &Host,
    caller: &Caller,
    decision: &Decision,
) -> Result<bool, Problem> {
    let agreed = Agreed::load(host, caller, [&decision.contract].into()).await?;
    let is_told = matches!(
        Function::parse(&decision.function),
        Some(Function::Escalate | Function::Award)
    );
    if !is_told || agreed.shows_pipeline(&decision.contract) {
        return Ok(true);
    }
    let Some(id) = &decision.deal else {
        return Ok(false);
    };
    let deal = host.store.deal(&caller.manufacturer, id).await?;
    Ok(deal.is_some_and(|deal| !agreed.hides_deal(&deal)))
}

/// Question and answer in the JSON view of what was recorded.
fn views(decision: &Decision) -> Result<(serde_json::Value, serde_json::Value), Problem> {
    let function = Function::parse(&decision.function).ok_or_else(unreadable)?;
    let question = view::question_json(function, &decision.input).map_err(|_| unreadable())?;
    let answer = if decision.output.is_empty() {
        serde_json::Value::Null
    } else {
        view::answer_json(function, &decision.output).map_err(|_| unreadable())?
    };
    Ok((question, answer))
}

pub(super) fn unreadable() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "decision.unreadable",
        "The recorded decision cannot be read",
    )
}
