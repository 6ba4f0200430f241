//! The manufacturer's partners.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::PartnerView;
use crate::contracts::Tree;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartnerPage {
    partners: Vec<PartnerView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List partners
#[utoipa::path(
    get,
    path = "/api/v1/partners",
    tag = "partners",
    params(PageQuery),
    responses((status = 200, description = "By code; for a partner itself and those below", body = PartnerPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let limit = page.limit();
    let among = caller.tree(&host).await?;
    let found = host
        .store
        .partners_after(
            &caller.manufacturer,
            among.as_deref(),
            page.after.as_deref(),
            limit,
        )
        .await?;
    let tree = Tree::load(&host, &caller.manufacturer).await?;
    let page = PartnerPage {
        next: next(&found, limit, |partner| partner.code.clone()),
        partners: found
            .iter()
            .map(|partner| PartnerView::of(partner, &tree))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
