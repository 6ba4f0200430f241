//! One partner's footing.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use super::view::ParticipantView;
use crate::contracts::Tree;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Look at a partner's footing in a contract
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/partners/{partner}",
    tag = "partners",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("partner" = String, Path, description = "Its code or identifier")
    ),
    responses((status = 200, description = "With its version as ETag", body = ParticipantView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, partner)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let contract = named::contract(&host, &caller, &contract).await?;
    let partner = named::partner(&host, &caller, &partner).await?;
    let found = host
        .store
        .participant(&caller.manufacturer, &contract.id, &partner.id)
        .await?
        .ok_or_else(|| Problem::not_found("partner of this contract"))?;
    let tree = Tree::load(&host, &caller.manufacturer).await?;
    Ok(tagged(
        StatusCode::OK,
        &ParticipantView::of(&found, &tree),
        found.version,
    ))
}
