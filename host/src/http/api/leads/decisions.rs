//! The decisions about a lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::decisions::view::DecisionSummary;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Decisions {
    decisions: Vec<DecisionSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List the decisions about a lead, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/leads/{id}/decisions",
    tag = "leads",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, description = "One line each", body = Decisions))
)]
pub async fn decisions(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let lead = host
        .store
        .lead(&caller.manufacturer, &LeadId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("lead"))?;
    let limit = page.limit();
    let after = page.after.unwrap_or_default();
    let mut decisions = host
        .store
        .decisions_of_lead(&caller.manufacturer, &lead.id)
        .await?;
    decisions.retain(|decision| decision.id.as_str() > after.as_str());
    decisions.truncate(limit as usize);
    let page = Decisions {
        next: next(&decisions, limit, |decision| decision.id.to_string()),
        decisions: decisions.iter().map(DecisionSummary::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
