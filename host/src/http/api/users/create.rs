//! Somebody is let in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::view::{MembershipView, UserView};
use crate::contracts::people::{self, Person};
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UserBody {
    email: String,
    /// Kept as it is where the manufacturer knows the person already.
    name: String,
    /// At least one.
    #[serde(deserialize_with = "document::objects")]
    memberships: Vec<MembershipView>,
}

/// Let a person in
///
/// A person is one user for all manufacturers, known by the e-mail address;
/// none of them learns of the others. Roles that are there already stay.
#[utoipa::path(
    post,
    path = "/api/v1/users",
    tag = "users",
    request_body = UserBody,
    responses((status = 201, description = "With all its roles here", body = UserView))
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    headers: HeaderMap,
    body: Json<UserBody>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let wanted = people::Wanted {
        email: body.value.email,
        name: body.value.name,
        roles: body
            .value
            .memberships
            .into_iter()
            .map(MembershipView::wanted)
            .collect(),
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let made = people::create(&host, &caller.manufacturer, &wanted, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, made).await
}

fn render(person: &Person) -> (u16, Vec<u8>) {
    (201, rendered(&UserView::of_person(person)))
}
