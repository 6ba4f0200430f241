//! Who has access.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::TokenView;
use crate::contracts::Tree;
use crate::domain::ids::TokenId;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokenPage {
    tokens: Vec<TokenView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List tokens, without their secrets
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "tokens",
    params(PageQuery),
    responses((status = 200, description = "Oldest first, revoked ones too", body = TokenPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let limit = page.limit();
    let after = page.after.map(TokenId::from);
    let tokens = host
        .store
        .tokens(Some(&caller.manufacturer), after.as_ref(), limit)
        .await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let page = TokenPage {
        next: next(&tokens, limit, |token| token.id.to_string()),
        tokens: tokens
            .iter()
            .map(|token| TokenView::of(token, &partners))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
