//! One manufacturer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::ManufacturerView;
use crate::domain::contract::Manufacturer;
use crate::host::Host;
use crate::http::auth::Bearer;
use crate::http::body::json;
use crate::http::problem::Problem;

/// Look at a manufacturer
#[utoipa::path(
    get,
    path = "/api/v1/manufacturers/{manufacturer}",
    tag = "manufacturers",
    params(("manufacturer" = String, Path, description = "Its code or identifier")),
    responses((status = 200, description = "The caller's own, or any for an operator", body = ManufacturerView))
)]
pub async fn get(
    State(host): State<Host>,
    bearer: Bearer,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let found = visible(&host, &bearer, name).await?;
    Ok(json(StatusCode::OK, &ManufacturerView::of(&found)))
}

/// The manufacturer of that code or identifier, if it is the caller's.
pub async fn visible(host: &Host, bearer: &Bearer, name: String) -> Result<Manufacturer, Problem> {
    let found = match host.store.manufacturer_by_code(&name).await? {
        Some(found) => Some(found),
        None => host.store.manufacturer(&name.into()).await?,
    };
    found
        .filter(|found| bearer.is_of(&found.id))
        .ok_or_else(|| Problem::not_found("manufacturer"))
}
