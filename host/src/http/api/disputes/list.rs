//! Disputes, page by page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::periods::{self, Money};
use super::view::DisputeView;
use crate::domain::dispute::DisputeState;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::DisputeFilter;

const LIMIT_MAX: u32 = 1_000;
const LIMIT_DEFAULT: u32 = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DisputeQuery {
    /// open, answered; without it both.
    state: Option<String>,
    /// The last dispute that was read.
    after: Option<String>,
    /// At most 1,000; 200 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DisputePage {
    disputes: Vec<DisputeView>,
    /// Send it as `after` for the next page; none: this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List a contract's disputes
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/disputes",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), DisputeQuery),
    responses((status = 200, description = "A partner sees its own and those below it", body = DisputePage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<DisputeQuery>,
) -> Result<Response, Problem> {
    let Money { force, partners } = periods::money(&host, &caller, &contract).await?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let state = query.state.as_deref().map(|state| {
        DisputeState::parse(state)
            .ok_or_else(|| Problem::field("/state", "is none of open, answered"))
    });
    let filter = DisputeFilter {
        contract: force.contract.id.clone(),
        partners,
        state: state.transpose()?,
        after: query.after.map(Into::into),
        limit,
    };
    let found = host.store.disputes(&caller.manufacturer, &filter).await?;
    let disputes: Vec<DisputeView> = found.iter().map(DisputeView::of).collect();
    let next = (disputes.len() == limit as usize)
        .then(|| disputes.last().map(|last| last.id.clone()))
        .flatten();
    Ok(json(StatusCode::OK, &DisputePage { disputes, next }))
}
