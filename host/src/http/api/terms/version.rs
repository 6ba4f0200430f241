//! The terms as they once were: what a decision of that time was made with.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use super::view::TermsView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Read a version of a contract's terms
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/terms/{version}",
    tag = "terms",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("version" = i64, Path, description = "1 for the first")
    ),
    responses((status = 200, description = "As they were", body = TermsView))
)]
pub async fn version(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, version)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let contract = named::contract(&host, &caller, &contract).await?;
    let unknown = || Problem::not_found("version of the terms");
    let version = version.parse().map_err(|_| unknown())?;
    let found = host
        .store
        .terms(&caller.manufacturer, &contract.id, version)
        .await?
        .ok_or_else(unknown)?;
    Ok(tagged(StatusCode::OK, &TermsView::of(&found), version))
}
