//! A trial.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::trial::served::PlanTrialView;

/// Look at a trial of plans
///
/// Where it stands, and what it has found.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/plan-trials/{id}",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), ("id" = String, Path)),
    responses((status = 200, description = "The trial", body = PlanTrialView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let trial = super::find(&host, &caller, &contract, &id).await?;
    Ok(json(StatusCode::OK, &PlanTrialView::of(&trial)))
}
