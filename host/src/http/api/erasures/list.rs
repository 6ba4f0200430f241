//! Who is going to be forgotten by a contract's terms.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::persons::retention::{DueView, shown};

const LIMIT_DEFAULT: u32 = 200;
const LIMIT_MAX: u32 = 1_000;
const DAYS_DEFAULT: u32 = 30;
const DAYS_MAX: u32 = 36_600;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DueQuery {
    /// Within so many days; 30 if none is given, at most 36,600.
    within_days: Option<u32>,
    /// At most 1,000; 200 if none is given.
    limit: Option<u32>,
}

/// List the leads whose persons are forgotten soon
///
/// By `retention-days` of the contracts' terms, so many days after the leads have ended.
#[utoipa::path(
    get,
    path = "/api/v1/erasures",
    tag = "leads",
    params(DueQuery),
    responses((status = 200, description = "The first ones, contract by contract", body = DueView))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<DueQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Auditor])?;
    let days = query.within_days.unwrap_or(DAYS_DEFAULT).min(DAYS_MAX);
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let due = shown(&host, &caller.manufacturer, days, limit).await?;
    Ok(json(StatusCode::OK, &due))
}
