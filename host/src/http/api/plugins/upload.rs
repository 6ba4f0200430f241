//! A component comes in: every check runs, then it can be bound.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::view::PluginView;
use crate::contracts::plugin::{self, Uploaded};
use crate::domain::access::Role;
use crate::domain::ids::ManufacturerId;
use crate::host::Host;
use crate::http::auth::{Caller, Scope, unnamed};
use crate::http::body::{Raw, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::http::query::Query;

pub(super) const CONTENT_TYPE: &str = "application/wasm";
const UPLOADERS: [Role; 3] = [Role::Manufacturer, Role::Operator, Role::Integrator];

/// For whom the plugin is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// For all manufacturers, whichever the request names; operators alone share.
    shared: Option<bool>,
}

/// Upload a plugin
///
/// Large components take a while to compile. One that outlasts the request is
/// taken in all the same: send it again to have the answer.
#[utoipa::path(
    post,
    path = "/api/v1/plugins",
    tag = "plugins",
    params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component, at most 24 MiB"),
    responses(
        (status = 200, description = "It was there already", body = PluginView),
        (status = 201, description = "It has passed every check", body = PluginView),
        (status = 409, description = "Name and version are those of other bytes", body = Problem),
        (status = 422, description = "The step that refused it, and what to do", body = Problem)
    )
)]
pub async fn upload(
    State(host): State<Host>,
    scope: Scope,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Raw,
) -> Result<Response, Problem> {
    let is_shared = query.shared == Some(true);
    let caller = match scope {
        Scope::Server(_) if !is_shared => return Err(unnamed()),
        scope if is_shared => Caller {
            manufacturer: ManufacturerId::nobody(),
            ..scope.caller(&[Role::Operator])?
        },
        scope => scope.caller(&UPLOADERS)?,
    };
    if body.content_type.as_deref() != Some(CONTENT_TYPE) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "body.no_wasm",
            "The body is no component",
        )
        .detail(format!("send the file's bytes as `{CONTENT_TYPE}`")));
    }
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let bytes = body.bytes.to_vec().into();
    let (own, owner) = (host.clone(), caller.manufacturer.clone());
    // On its own feet: a request that is given up does not waste what is done.
    let uploading = tokio::spawn(async move {
        match is_shared {
            true => plugin::share(&own, bytes, &origin).await,
            false => plugin::upload(&own, &owner, bytes, &origin).await,
        }
    });
    let uploaded = uploading.await.map_err(|error| {
        tracing::error!("an upload ended early: {error}");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "host.internal",
            "Something is wrong with the server",
        )
    })?;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, uploaded).await
}

fn render(uploaded: &Uploaded) -> (u16, Vec<u8>) {
    let status = if uploaded.known { 200 } else { 201 };
    (status, rendered(&PluginView::of(&uploaded.record)))
}
