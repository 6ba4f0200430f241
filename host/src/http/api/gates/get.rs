//! What a canary's answers tell of its gates.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::super::values::instant;
use crate::contracts::binding::{self, Watched};
use crate::domain::generation::{Gated, per_cent};
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Of which slot.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "kebab-case")]
pub struct GatesQuery {
    /// qualification, matching, escalation, or compensation/NAME, of which failures alone count.
    slot: String,
}

/// The canary that runs in a slot, with its gates; without a generation where none
/// runs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct GatesView {
    slot: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    /// Since when it has been a canary, at whatever share: what was answered before
    /// does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// Those that the terms set.
    gates: Vec<GateView>,
}

/// A gate. It is looked at when the number of cases has doubled.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct GateView {
    /// errors, disagreement, unworked, fuel-p99, micros-p99.
    gate: String,
    /// As the terms have it: parts per million, fuel, or microseconds.
    limit: i64,
    /// All cases until now.
    cases: u32,
    /// Those that speak against it.
    hits: u32,
    /// The cases when it was looked at last.
    looked_at_cases: u32,
    looked_at_hits: u32,
    /// passes, trips, or not-known-yet where the cases are too few to tell.
    verdict: String,
}

impl GateView {
    fn of(gated: &Gated) -> Self {
        let (now, seen) = (gated.share.now(), gated.share.seen());
        Self {
            gate: gated.gate.as_str().to_owned(),
            limit: gated.limit,
            cases: now.cases,
            hits: now.hits,
            looked_at_cases: seen.cases,
            looked_at_hits: seen.hits,
            verdict: gated.share.verdict().as_str().to_owned(),
        }
    }
}

impl GatesView {
    fn of(slot: String, watched: Option<&Watched>) -> Self {
        let trial = watched.map(|watched| &watched.trial);
        let gates = watched.map_or(&[][..], |watched| watched.tally.gates());
        Self {
            slot,
            generation: trial.map(|trial| trial.generation),
            share_percent: watched.and_then(|watched| watched.share).map(per_cent),
            since: trial.map(|trial| instant(trial.since)),
            gates: gates.iter().map(GateView::of).collect(),
        }
    }
}

/// Read what a canary's answers tell of its gates
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/gates",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), GatesQuery),
    responses((status = 200, description = "The canary that runs, with its gates", body = GatesView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<GatesQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let watched = binding::watched(&host, &contract, &query.slot).await?;
    let view = GatesView::of(query.slot, watched.as_ref());
    Ok(json(StatusCode::OK, &view))
}
