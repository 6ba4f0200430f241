//! Who has access.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::TokenView;
use crate::contracts::Tree;
use crate::domain::ids::TokenId;
use crate::host::Host;
use crate::http::auth::{OWNERS, Scope};
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
///
/// An operator that names no manufacturer sees the operators': when each was
/// made and revoked, which commands on the data do.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "tokens",
    params(PageQuery),
    responses((status = 200, description = "Oldest first, revoked ones too", body = TokenPage))
)]
pub async fn list(
    State(host): State<Host>,
    scope: Scope,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let manufacturer = match scope {
        Scope::Server(_) => None,
        Scope::Within(caller) => {
            caller.must_be(&OWNERS)?;
            Some(caller.manufacturer)
        }
    };
    let limit = page.limit();
    let after = page.after.map(TokenId::from);
    let tokens = host
        .store
        .tokens(manufacturer.as_ref(), after.as_ref(), limit)
        .await?;
    let partners = match &manufacturer {
        Some(manufacturer) => Tree::load(&host, manufacturer).await?,
        None => Tree::default(),
    };
    let page = TokenPage {
        next: next(&tokens, limit, |token| token.id.to_string()),
        tokens: tokens
            .iter()
            .map(|token| TokenView::of(token, &partners))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
