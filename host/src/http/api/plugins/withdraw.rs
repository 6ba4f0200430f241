//! A plugin is shared no more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::PluginSummary;
use crate::contracts::plugin;
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Scope;
use crate::http::body::json;
use crate::http::problem::Problem;

/// Withdraw a shared plugin
///
/// Operators alone do, whichever manufacturer the request names. Who has bound it has it
/// as an own one, and keeps it; others find it no more. Its name and version are free
/// again.
#[utoipa::path(
    delete,
    path = "/api/v1/plugins/{plugin}",
    tag = "plugins",
    params(("plugin" = String, Path, description = "Its digest, or name@version")),
    responses((status = 200, description = "As it was shared", body = PluginSummary))
)]
pub async fn withdraw(
    State(host): State<Host>,
    scope: Scope,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&[Role::Operator])?;
    let withdrawn = plugin::withdraw(&host, &name, Some(&caller.token)).await?;
    Ok(json(StatusCode::OK, &PluginSummary::of(&withdrawn)))
}
