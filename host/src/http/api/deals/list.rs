//! Deals, page by page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::agreed::Agreed;
use super::super::named;
use super::view::DealView;
use crate::contracts::Tree;
use crate::domain::deal::DealState;
use crate::host::Host;
use crate::http::auth::{BUSINESS_READERS, Caller};
use crate::http::body::json;
use crate::http::paging::{limit, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::DealFilter;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DealQuery {
    /// The contract's code.
    contract: Option<String>,
    /// A partner's code.
    partner: Option<String>,
    /// registered, won, lost, cancelled.
    state: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// At most 200; 50 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DealPage {
    deals: Vec<DealView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List deals, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/deals",
    tag = "deals",
    params(DealQuery),
    responses((status = 200, description = "For a partner its own and those of partners below", body = DealPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<DealQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&BUSINESS_READERS)?;
    let limit = limit(query.limit);
    let contract = match &query.contract {
        Some(code) => Some(named::contract(&host, &caller, code).await?.id),
        None => None,
    };
    let among = match &query.partner {
        Some(code) => Some(vec![named::partner(&host, &caller, code).await?.id]),
        None => caller.tree(&host).await?,
    };
    let state = query.state.as_deref().map(|state| {
        DealState::parse(state)
            .ok_or_else(|| Problem::field("/state", "is none of registered, won, lost, cancelled"))
    });
    let filter = DealFilter {
        contract,
        state: state.transpose()?,
        among,
        after: query.after.map(Into::into),
        limit,
    };
    let deals = host.store.deals(&caller.manufacturer, &filter).await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let contracts = deals.iter().map(|deal| &deal.contract);
    let agreed = Agreed::load(&host, &caller, contracts.collect()).await?;
    let page = DealPage {
        next: next(&deals, limit, |deal| deal.id.to_string()),
        deals: deals
            .iter()
            .map(|deal| DealView::of(deal, &partners, &agreed))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
