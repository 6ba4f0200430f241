//! One user.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::UserView;
use crate::contracts::Tree;
use crate::domain::ids::UserId;
use crate::host::Host;
use crate::http::auth::{Caller, OVERSEERS};
use crate::http::body::json;
use crate::http::problem::Problem;

/// Look at a user
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    tag = "users",
    params(("id" = String, Path)),
    responses((status = 200, description = "With its roles here", body = UserView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&OVERSEERS)?;
    let owner = &caller.manufacturer;
    let user = host
        .store
        .user(owner, &UserId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    let memberships = host
        .store
        .memberships(owner, std::slice::from_ref(&user.id))
        .await?;
    let partners = Tree::load(&host, owner).await?;
    Ok(json(
        StatusCode::OK,
        &UserView::of(&user, &memberships, &partners),
    ))
}
