//! One plugin.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::PluginView;
use crate::contracts::plugin;
use crate::host::Host;
use crate::http::auth::{RULE_READERS, Scope};
use crate::http::body::json;
use crate::http::problem::Problem;

/// Look at a plugin
///
/// An operator that names no manufacturer finds the shared ones.
#[utoipa::path(
    get,
    path = "/api/v1/plugins/{plugin}",
    tag = "plugins",
    params(("plugin" = String, Path, description = "Its digest, or name@version")),
    responses((status = 200, description = "With all that it says of itself", body = PluginView))
)]
pub async fn get(
    State(host): State<Host>,
    scope: Scope,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&RULE_READERS)?;
    let found = plugin::find(&host, &caller.manufacturer, &name).await?;
    Ok(json(StatusCode::OK, &PluginView::of(&found)))
}
