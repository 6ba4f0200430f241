//! The terms in force.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use super::view::TermsView;
use crate::contracts::terms;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Read a contract's terms
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/terms",
    tag = "terms",
    params(("contract" = String, Path, description = "Its code or identifier")),
    responses((status = 200, description = "Those in force, with their version as ETag", body = TermsView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
) -> Result<Response, Problem> {
    let contract = named::contract(&host, &caller, &contract).await?;
    let (version, _) = terms::current(&host, &contract).await?;
    Ok(tagged(
        StatusCode::OK,
        &TermsView::of(&version),
        version.version,
    ))
}
