//! A user may do more.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::view::{MembershipView, UserView};
use crate::contracts::people::{self, Person};
use crate::domain::ids::UserId;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

/// Give a user a role
#[utoipa::path(
    post,
    path = "/api/v1/users/{id}/memberships",
    tag = "users",
    params(("id" = String, Path)),
    request_body = MembershipView,
    responses((status = 200, description = "With all its roles here", body = UserView))
)]
pub async fn add_role(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<MembershipView>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let id = UserId::from(id);
    let role = body.value.wanted();
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let person = people::add_role(&host, &caller.manufacturer, &id, &role, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, person).await
}

fn render(person: &Person) -> (u16, Vec<u8>) {
    (200, rendered(&UserView::of_person(person)))
}
