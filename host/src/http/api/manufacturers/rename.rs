//! A tenant gets another name.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::get::visible;
use super::view::ManufacturerView;
use crate::contracts::manufacturer;
use crate::host::Host;
use crate::http::auth::{Bearer, OWNERS};
use crate::http::body::{Json, json};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RenameBody {
    name: String,
}

/// Rename a manufacturer
#[utoipa::path(
    patch,
    path = "/api/v1/manufacturers/{manufacturer}",
    tag = "manufacturers",
    params(("manufacturer" = String, Path, description = "Its code or identifier")),
    request_body = RenameBody,
    responses((status = 200, description = "Its code stays", body = ManufacturerView))
)]
pub async fn rename(
    State(host): State<Host>,
    bearer: Bearer,
    Path(name): Path<String>,
    body: Json<RenameBody>,
) -> Result<Response, Problem> {
    bearer.must_be(&OWNERS)?;
    let found = visible(&host, &bearer, name).await?;
    let caller = bearer.within(found.id);
    let renamed = manufacturer::rename(
        &host,
        &caller.manufacturer,
        &body.value.name,
        &caller.origin(),
    )
    .await?;
    Ok(json(StatusCode::OK, &ManufacturerView::of(&renamed)))
}
