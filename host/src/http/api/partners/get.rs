//! One partner.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::named;
use super::view::PartnerView;
use crate::contracts::Tree;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Look at a partner
#[utoipa::path(
    get,
    path = "/api/v1/partners/{partner}",
    tag = "partners",
    params(("partner" = String, Path, description = "Its code or identifier")),
    responses((status = 200, description = "With its version as ETag", body = PartnerView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let partner = named::partner(&host, &caller, &name).await?;
    let tree = Tree::load(&host, &caller.manufacturer).await?;
    Ok(tagged(
        StatusCode::OK,
        &PartnerView::of(&partner, &tree),
        partner.version,
    ))
}
