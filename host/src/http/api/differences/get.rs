//! Two generations of a slot are compared.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::decisions::get::is_shown;
use super::super::named;
use crate::contracts::binding::{Compared, LAST_DEFAULT, LAST_MAX, Pair, Versions};
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Of which slot, and which two.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DifferenceQuery {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    /// A generation; none: the one in force.
    from: Option<i64>,
    /// The generation that is compared with it.
    to: i64,
    /// How many of the slot's last decisions are asked again: at most 300; 50 if
    /// none is given.
    last: Option<u32>,
}

/// Compare two generations of a slot
///
/// What they are, field by field, and what they would have decided: both are asked
/// what was asked last. Nothing is recorded of it, and nothing follows from it.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/diff",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), DifferenceQuery),
    responses(
        (status = 200, description = "How the second differs from the first", body = Compared),
        (status = 422, description = "A generation that cannot be asked under the terms of now", body = Problem)
    )
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<DifferenceQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let pair = Pair {
        slot: query.slot,
        from: query.from,
        to: query.to,
        last: query.last.unwrap_or(LAST_DEFAULT).min(LAST_MAX),
    };
    let mut versions = Versions::load(&host, &contract, &pair).await?;
    let mut shown = Vec::with_capacity(versions.decisions.len());
    for decision in std::mem::take(&mut versions.decisions) {
        match is_shown(&host, &caller, &decision).await? {
            true => shown.push(decision),
            false => versions.hidden += 1,
        }
    }
    versions.decisions = shown;
    Ok(json(StatusCode::OK, &versions.compare(&host).await?))
}
