//! One contract.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use super::view::ContractView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Look at a contract
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}",
    tag = "contracts",
    params(("contract" = String, Path, description = "Its code or identifier")),
    responses((status = 200, description = "With its version as ETag", body = ContractView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
) -> Result<Response, Problem> {
    let found = named::contract(&host, &caller, &contract).await?;
    Ok(tagged(
        StatusCode::OK,
        &ContractView::of(&found),
        found.version,
    ))
}
