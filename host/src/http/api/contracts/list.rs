//! The manufacturer's contracts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::ContractView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ContractPage {
    contracts: Vec<ContractView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List contracts
#[utoipa::path(
    get,
    path = "/api/v1/contracts",
    tag = "contracts",
    params(PageQuery),
    responses((status = 200, description = "By code; for a partner those it is in", body = ContractPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let limit = page.limit();
    let tree = caller.tree(&host).await?;
    let found = host
        .store
        .contracts_after(
            &caller.manufacturer,
            tree.as_deref(),
            page.after.as_deref(),
            limit,
        )
        .await?;
    let page = ContractPage {
        next: next(&found, limit, |contract| contract.code.clone()),
        contracts: found.iter().map(ContractView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
