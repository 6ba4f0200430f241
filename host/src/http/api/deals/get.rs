//! One deal.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::agreed::Agreed;
use super::view::DealView;
use crate::contracts::Tree;
use crate::domain::deal::Deal;
use crate::domain::ids::DealId;
use crate::host::Host;
use crate::http::auth::{BUSINESS_READERS, Caller};
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Look at a deal
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}",
    tag = "deals",
    params(("id" = String, Path)),
    responses((status = 200, description = "With its version as ETag", body = DealView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let deal = visible(&host, &caller, &DealId::from(id)).await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let agreed = Agreed::load(&host, &caller, [&deal.contract].into()).await?;
    Ok(tagged(
        StatusCode::OK,
        &DealView::of(&deal, &partners, &agreed),
        deal.version,
    ))
}

/// The deal, if the caller may see it.
pub async fn visible(host: &Host, caller: &Caller, id: &DealId) -> Result<Deal, Problem> {
    caller.must_be(&BUSINESS_READERS)?;
    let tree = caller.tree(host).await?;
    host.store
        .deal(&caller.manufacturer, id)
        .await?
        .filter(|deal| tree.is_none_or(|tree| tree.contains(&deal.partner)))
        .ok_or_else(|| Problem::not_found("deal"))
}
