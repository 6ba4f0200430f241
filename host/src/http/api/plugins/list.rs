//! What the manufacturer may bind, beside what ships with Stellwerk.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::view::PluginSummary;
use crate::host::Host;
use crate::http::auth::{RULE_READERS, Scope};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PluginPage {
    plugins: Vec<PluginSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List plugins that were uploaded or bound, or are shared
///
/// Of an own and a shared one of the same name and version the own one is listed,
/// and meant. An operator that names no manufacturer sees the shared ones.
#[utoipa::path(
    get,
    path = "/api/v1/plugins",
    tag = "plugins",
    params(PageQuery),
    responses((status = 200, description = "By name and version", body = PluginPage))
)]
pub async fn list(
    State(host): State<Host>,
    scope: Scope,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&RULE_READERS)?;
    let limit = page.limit();
    let after = page.after.as_deref().unwrap_or_default().split_once('@');
    let found = host
        .store
        .visible_plugins(&caller.manufacturer, after, limit)
        .await?;
    let page = PluginPage {
        next: next(&found, limit, |plugin| {
            format!("{}@{}", plugin.name, plugin.version)
        }),
        plugins: found.iter().map(PluginSummary::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
