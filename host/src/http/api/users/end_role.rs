//! A user may do less.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::{MembershipView, UserView};
use crate::contracts::people;
use crate::domain::ids::UserId;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Take a role from a user
///
/// The tokens that the user has for it are revoked.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{id}/memberships",
    tag = "users",
    params(("id" = String, Path), MembershipView),
    responses((status = 200, description = "With the roles that are left here", body = UserView))
)]
pub async fn end_role(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    Query(membership): Query<MembershipView>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let person = people::end_role(
        &host,
        &caller.manufacturer,
        &UserId::from(id),
        &membership.wanted(),
        &caller.origin(),
    )
    .await?;
    Ok(json(StatusCode::OK, &UserView::of_person(&person)))
}
