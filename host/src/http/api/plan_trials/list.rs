//! Trials, page by page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::named;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::trial::served::PlanTrialView;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PlanTrialPage {
    trials: Vec<PlanTrialView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List a contract's trials of plans
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/plan-trials",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), PageQuery),
    responses((status = 200, description = "In the order in which they were asked for", body = PlanTrialPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let (after, limit) = (query.after.as_deref().unwrap_or_default(), query.limit());
    let trials = host
        .store
        .plan_trials(&caller.manufacturer, &contract.id, after, limit)
        .await?;
    let page = PlanTrialPage {
        next: next(&trials, limit, |trial| trial.id.to_string()),
        trials: trials.iter().map(PlanTrialView::in_short).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
