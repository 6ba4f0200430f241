//! A trial is stopped, or goes on.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use crate::contracts::plan_trial;
use crate::domain::plan_trial::Wanted;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::trial::served::PlanTrialView;

/// Stop a trial
///
/// The host ends it within seconds. What it has played by then is kept.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/plan-trials/{id}/stop",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), ("id" = String, Path)),
    responses(
        (status = 200, description = "The trial", body = PlanTrialView),
        (status = 409, description = "It has come to its end already", body = Problem)
    )
)]
pub async fn stop(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    want(&host, &caller, &contract, &id, Wanted::Stop).await
}

/// Have a trial go on
///
/// One that was stopped, or has failed, goes on where it was.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/plan-trials/{id}/resume",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), ("id" = String, Path)),
    responses(
        (status = 200, description = "The trial", body = PlanTrialView),
        (status = 409, description = "It is done", body = Problem)
    )
)]
pub async fn resume(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    want(&host, &caller, &contract, &id, Wanted::Run).await
}

async fn want(
    host: &Host,
    caller: &Caller,
    contract: &str,
    id: &str,
    wanted: Wanted,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(host, caller, contract).await?;
    let trial = super::find(host, caller, &contract, id).await?;
    let origin = caller.origin();
    let trial = plan_trial::want(host, &contract, trial, wanted, &origin).await?;
    Ok(json(StatusCode::OK, &PlanTrialView::of(&trial)))
}
