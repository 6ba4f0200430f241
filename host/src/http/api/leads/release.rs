//! A person sends a lead on that waited.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::view::LeadView;
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::temperature::Temperature;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::release::{self, Release};

/// What becomes of the lead.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, tag = "how")]
pub enum ReleaseBody {
    /// Ask the policy again.
    TryAgain,
    /// Send it out, whatever the policy says.
    Qualify {
        /// hot, warm, cold.
        temperature: String,
    },
    /// No partner sees it.
    Reject { reason: String },
}

/// Release a lead from the manual queue
#[utoipa::path(
    post,
    path = "/api/v1/leads/{id}/release",
    tag = "leads",
    params(("id" = String, Path)),
    request_body = ReleaseBody,
    responses(
        (status = 200, description = "The lead goes on", body = LeadView),
        (status = 409, description = "The lead does not wait for a person", body = Problem)
    )
)]
pub async fn release(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<ReleaseBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer])?;
    let how = match body.value {
        ReleaseBody::TryAgain => Release::TryAgain,
        ReleaseBody::Qualify { temperature } => Release::Qualify {
            temperature: Temperature::parse(&temperature)
                .ok_or_else(|| Problem::field("/temperature", "is none of hot, warm, cold"))?,
        },
        ReleaseBody::Reject { reason } => Release::Reject { reason },
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let id = LeadId::from(id);
    let released = release::release(&host, &caller.manufacturer, &id, &how, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, released).await
}

fn render(lead: &Lead) -> (u16, Vec<u8>) {
    (200, rendered(&LeadView::of(lead)))
}
