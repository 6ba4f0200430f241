//! Who acts for the manufacturer and its partners.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::UserView;
use crate::contracts::Tree;
use crate::domain::ids::UserId;
use crate::host::Host;
use crate::http::auth::{Caller, OVERSEERS};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserPage {
    users: Vec<UserView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List users with their roles
#[utoipa::path(
    get,
    path = "/api/v1/users",
    tag = "users",
    params(PageQuery),
    responses((status = 200, description = "By e-mail address", body = UserPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&OVERSEERS)?;
    let owner = &caller.manufacturer;
    let limit = page.limit();
    let users = host
        .store
        .users(owner, page.after.as_deref(), limit)
        .await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
    let memberships = host.store.memberships(owner, &ids).await?;
    let partners = Tree::load(&host, owner).await?;
    let page = UserPage {
        next: next(&users, limit, |user| user.email.clone()),
        users: users
            .iter()
            .map(|user| UserView::of(user, &memberships, &partners))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
