//! One plugin.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::PluginView;
use crate::domain::plugin::PluginRecord;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;

/// Look at a plugin
#[utoipa::path(
    get,
    path = "/api/v1/plugins/{plugin}",
    tag = "plugins",
    params(("plugin" = String, Path, description = "Its digest, or name@version")),
    responses((status = 200, description = "With all that it says of itself", body = PluginView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let found = find(&host, &caller, &name).await?;
    Ok(json(StatusCode::OK, &PluginView::of(&found)))
}

/// The manufacturer's plugin of that digest, or NAME@VERSION.
pub(super) async fn find(
    host: &Host,
    caller: &Caller,
    name: &str,
) -> Result<PluginRecord, Problem> {
    let owner = &caller.manufacturer;
    let found = match name.split_once('@') {
        Some((name, version)) => host.store.plugin_by_version(owner, name, version).await?,
        None => host.store.plugin(owner, name).await?,
    };
    found.ok_or_else(|| Problem::not_found("plugin"))
}
