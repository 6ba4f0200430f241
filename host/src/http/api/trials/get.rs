//! How a candidate does.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::trial::candidate::{Trial, trial};

/// Of which candidate.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "kebab-case")]
pub struct TrialQuery {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    /// That of the candidate which is tried now, if it is left out.
    generation: Option<i64>,
}

/// Compare a candidate with what is in force
///
/// What it has answered beside what is in force, or in its place, as far as both can
/// be compared: how often both would do the same, where not, and what it costs.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/trials",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), TrialQuery),
    responses((status = 200, description = "The figures of the trial so far", body = Trial))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<TrialQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let TrialQuery { slot, generation } = query;
    let found = trial(
        &host.store,
        &caller.manufacturer,
        &contract.id,
        &slot,
        generation,
        host.clock.now(),
    );
    let found = found
        .await?
        .ok_or_else(|| Problem::not_found("candidate"))?;
    Ok(json(StatusCode::OK, &found))
}
