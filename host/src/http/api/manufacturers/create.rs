//! A new tenant.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::view::ManufacturerView;
use crate::contracts::manufacturer;
use crate::domain::access::Role;
use crate::domain::contract::Manufacturer;
use crate::domain::ids::ManufacturerId;
use crate::host::Host;
use crate::http::auth::Bearer;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManufacturerBody {
    /// Short and unique on this server.
    code: String,
    name: String,
}

/// Add a manufacturer
#[utoipa::path(
    post,
    path = "/api/v1/manufacturers",
    tag = "manufacturers",
    request_body = ManufacturerBody,
    responses(
        (status = 201, description = "It is there, without any contract", body = ManufacturerView),
        (status = 409, description = "The code is taken", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Json<ManufacturerBody>,
) -> Result<Response, Problem> {
    bearer.must_be(&[Role::Operator])?;
    let wanted = body.value;
    // An answer that was given before is kept with what it was given for.
    let known = host.store.manufacturer_by_code(&wanted.code).await?;
    let known = known.map_or_else(|| ManufacturerId::from(""), |known| known.id);
    let caller = bearer.within(known);
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let made = manufacturer::create(&host, &wanted.code, &wanted.name, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, made).await
}

fn render(made: &Manufacturer) -> (u16, Vec<u8>) {
    (201, rendered(&ManufacturerView::of(made)))
}
