//! One manufacturer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::ManufacturerView;
use crate::domain::access::Role;
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

/// The manufacturer of that code or identifier, if it is the caller's; any for
/// an operator.
pub async fn visible(host: &Host, bearer: &Bearer, name: String) -> Result<Manufacturer, Problem> {
    let found = match bearer.manufacturer() {
        // Nothing is looked up that is not its own.
        Some(own) => {
            let own = host.store.manufacturer(own).await?;
            own.filter(|own| own.code == name || own.id.as_str() == name)
        }
        None => {
            bearer.must_be(&[Role::Operator])?;
            match host.store.manufacturer_by_code(&name).await? {
                Some(found) => Some(found),
                None => host.store.manufacturer(&name.into()).await?,
            }
        }
    };
    found.ok_or_else(|| Problem::not_found("manufacturer"))
}
