//! Postings, page by page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::periods::{self, Money};
use super::view::PostingView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::LedgerFilter;

const LIMIT_MAX: u32 = 1_000;
const LIMIT_DEFAULT: u32 = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PostingQuery {
    /// Only what this period's statements show.
    period: Option<String>,
    component: Option<String>,
    account: Option<String>,
    /// The last posting that was read.
    after: Option<String>,
    /// At most 1,000; 200 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PostingPage {
    postings: Vec<PostingView>,
    /// Send it as `after` for the next page; none: this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List a contract's postings
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/postings",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), PostingQuery),
    responses((status = 200, description = "A partner sees its own and those below it", body = PostingPage))
)]
pub async fn postings(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<PostingQuery>,
) -> Result<Response, Problem> {
    let Money { force, partners } = periods::money(&host, &caller, &contract).await?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let filter = LedgerFilter {
        contract: force.contract.id.clone(),
        booked_period: query.period,
        component: query.component,
        account: query.account,
        partners,
        after: query.after.map(Into::into),
        limit,
    };
    let postings = host.store.ledger(&caller.manufacturer, &filter).await?;
    let next = (postings.len() == limit as usize)
        .then(|| postings.last().map(|posting| posting.id.to_string()))
        .flatten();
    let postings = postings.iter().map(PostingView::of).collect();
    Ok(json(StatusCode::OK, &PostingPage { postings, next }))
}
