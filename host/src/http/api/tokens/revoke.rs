//! Access ends.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::TokenView;
use crate::contracts::{Tree, token};
use crate::domain::ids::TokenId;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::json;
use crate::http::problem::Problem;

/// Revoke a token
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    tag = "tokens",
    params(("id" = String, Path)),
    responses((status = 200, description = "It opens nothing any more", body = TokenView))
)]
pub async fn revoke(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let id = TokenId::from(id);
    let token = token::revoke(&host, &caller.manufacturer, &id, &caller.origin()).await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    Ok(json(StatusCode::OK, &TokenView::of(&token, &partners)))
}
