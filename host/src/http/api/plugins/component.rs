//! The component of a plugin.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::upload::CONTENT_TYPE;
use crate::contracts::plugin;
use crate::host::Host;
use crate::http::auth::{RULE_READERS, Scope};
use crate::http::problem::Problem;

/// Fetch a plugin's component
///
/// Its bytes as they were uploaded, or as they ship. An operator that names no
/// manufacturer finds the shared ones.
#[utoipa::path(
    get,
    path = "/api/v1/plugins/{plugin}/component",
    tag = "plugins",
    params(("plugin" = String, Path, description = "Its digest, or name@version")),
    responses((status = 200, description = "The component", body = Vec<u8>, content_type = "application/wasm"))
)]
pub async fn component(
    State(host): State<Host>,
    scope: Scope,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&RULE_READERS)?;
    let found = plugin::find(&host, &caller.manufacturer, &name).await?;
    let bytes = host
        .store
        .visible_component(&caller.manufacturer, &found.digest)
        .await?
        .ok_or_else(|| Problem::not_found("plugin"))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], bytes).into_response())
}
