//! Who is on this server.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::ManufacturerView;
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Bearer;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ManufacturerPage {
    manufacturers: Vec<ManufacturerView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List manufacturers
#[utoipa::path(
    get,
    path = "/api/v1/manufacturers",
    tag = "manufacturers",
    params(PageQuery),
    responses((status = 200, description = "By code; for operators", body = ManufacturerPage))
)]
pub async fn list(
    State(host): State<Host>,
    bearer: Bearer,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    bearer.must_be(&[Role::Operator])?;
    let limit = page.limit();
    let found = host
        .store
        .manufacturers_after(page.after.as_deref(), limit)
        .await?;
    let page = ManufacturerPage {
        next: next(&found, limit, |manufacturer| manufacturer.code.clone()),
        manufacturers: found.iter().map(ManufacturerView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
