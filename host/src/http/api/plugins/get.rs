//! One plugin.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::PluginView;
use crate::domain::plugin::PluginRecord;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS, Scope};
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
    let found = find(&host, &caller, &name).await?;
    Ok(json(StatusCode::OK, &PluginView::of(&found)))
}

/// The plugin of that digest, or NAME@VERSION: the manufacturer's own, or shared.
pub(super) async fn find(
    host: &Host,
    caller: &Caller,
    name: &str,
) -> Result<PluginRecord, Problem> {
    let owner = &caller.manufacturer;
    let found = match name.split_once('@') {
        Some((name, version)) => {
            host.store
                .visible_plugin_by_version(owner, name, version)
                .await?
        }
        None => host.store.visible_plugin(owner, name).await?,
    };
    found.ok_or_else(|| Problem::not_found("plugin"))
}
