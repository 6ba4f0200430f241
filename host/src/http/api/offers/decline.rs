//! A normal step that costs nothing.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::claim::own;
use crate::domain::lead::Lead;
use crate::domain::offer::{Decline, DeclineReason};
use crate::domain::text;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::decline::{self, Declining};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclineBody {
    /// bad-lead, not-for-me, no-capacity.
    reason: String,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Declined {
    lead: String,
}

/// Decline an offered lead
#[utoipa::path(
    post,
    path = "/api/v1/offers/{id}/decline",
    tag = "offers",
    params(("id" = String, Path)),
    request_body = DeclineBody,
    responses((status = 200, description = "Others are asked", body = Declined))
)]
pub async fn decline(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<DeclineBody>,
) -> Result<Response, Problem> {
    let offer = own(&host, &caller, id).await?;
    let reason = DeclineReason::parse(&body.value.reason)
        .ok_or_else(|| Problem::field("/reason", "is none of bad-lead, not-for-me, no-capacity"))?;
    if let Some(note) = &body.value.note {
        text::check_note(note).map_err(|bad| Problem::field("/note", bad.to_string()))?;
    }
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let declining = Declining {
        manufacturer: caller.manufacturer.clone(),
        lead: offer.lead,
        partner: offer.partner,
        decline: Decline {
            reason,
            note: body.value.note,
        },
    };
    let declined = decline::decline(&host, &declining, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, declined).await
}

fn render(lead: &Lead) -> (u16, Vec<u8>) {
    let declined = Declined {
        lead: lead.id.to_string(),
    };
    (200, rendered(&declined))
}
