//! A trial is asked for.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::bindings::put::may_bind;
use super::super::named;
use crate::domain::plan_trial::PlanTrial;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS, RULE_MAKERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::trial::live::Scope;
use crate::trial::served::{Plan, PlanTrialView, Request, ask};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanTrialBody {
    /// What it is called.
    name: String,
    /// Why, for those who look at it later.
    comment: String,
    /// Which history; all of it if it is left out.
    #[serde(default)]
    scope: Scope,
    /// The plans that are compared with what is in force, at most 20.
    plans: Vec<Plan>,
    /// What people would do under the plans is played as well, by what is assumed in this
    /// text of a `simulation.toml`, as `stellwerk trial new` writes one; without it history
    /// alone is.
    #[serde(default)]
    simulation: Option<String>,
    /// What is taken for what nothing here tells, such as `{"event/care-contact":
    /// {"percent": 60.0, "after-hours": 48.0}, "measure/satisfaction": 8.0}`. What is not
    /// named and not told has not happened, and measures are as agreed.
    #[schema(value_type = Object)]
    #[serde(default)]
    assume: Map<String, Value>,
}

/// Try plans over what has happened
///
/// Each plan is the contract with some of its rules replaced, and is played over the same
/// history as what is in force, in a store of its own. It runs beside the live system with
/// what the machine has left, and changes nothing there. Whoever may change a rule may try
/// another one in its place.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/plan-trials",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier")),
    request_body = PlanTrialBody,
    responses(
        (status = 201, description = "The trial, which waits for a host", body = PlanTrialView),
        (status = 422, description = "A plan that cannot be, with its place, or a field of what is assumed, with its line", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    headers: HeaderMap,
    body: Json<PlanTrialBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let PlanTrialBody {
        name,
        comment,
        scope,
        plans,
        simulation,
        assume,
    } = body.value;
    if plans.iter().any(Plan::has_terms) {
        caller.must_be(&OWNERS)?;
    }
    for slot in plans.iter().flat_map(Plan::slots) {
        may_bind(&caller, &contract, slot)?;
    }
    let request = Request {
        scope,
        plans,
        simulation,
        assume,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        idempotency::Request::New(origin) => origin,
        idempotency::Request::Answered(response) => return Ok(response),
    };
    let asked = ask(&host, &contract, &request, name, comment, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, asked).await
}

fn render(trial: &PlanTrial) -> (u16, Vec<u8>) {
    (201, rendered(&PlanTrialView::of(trial)))
}
