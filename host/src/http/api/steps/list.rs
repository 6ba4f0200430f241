//! The history of a slot.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::view::StepView;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::paging::{self, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Of which slot.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "kebab-case")]
pub struct StepQuery {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    /// What `next` of the page before says.
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StepPage {
    steps: Vec<StepView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Read the history of a slot
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/steps",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), StepQuery),
    responses((status = 200, description = "Who did what, when and why, oldest first", body = StepPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<StepQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let after: i64 = match query.after {
        Some(after) => after
            .parse()
            .map_err(|_| Problem::field("/after", "is no step's number"))?,
        None => 0,
    };
    let mut steps = host
        .store
        .steps(&caller.manufacturer, &contract.id)
        .await?
        .remove(&query.slot)
        .unwrap_or_default();
    let limit = paging::limit(query.limit);
    steps.retain(|step| step.number > after);
    steps.truncate(limit as usize);
    let page = StepPage {
        next: next(&steps, limit, |step| step.number.to_string()),
        steps: steps.iter().map(StepView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
