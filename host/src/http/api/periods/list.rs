//! The periods of a contract.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::Money;
pub use super::view::PeriodView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PeriodList {
    periods: Vec<PeriodView>,
}

/// List a contract's periods
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/periods",
    tag = "money",
    params(("contract" = String, Path, description = "Its code")),
    responses((status = 200, description = "The oldest first, up to now", body = PeriodList))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
) -> Result<Response, Problem> {
    let Money { force, .. } = super::money(&host, &caller, &contract).await?;
    let periods = pay::periods(&host, &force).await?;
    let view = |period| PeriodView::of(period, &force.calendar);
    let periods = periods.iter().map(view).collect();
    Ok(json(StatusCode::OK, &PeriodList { periods }))
}
