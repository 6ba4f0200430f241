//! What the partner holds now.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::values::{instant, maybe_instant};
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

const LIMIT_MAX: u32 = 200;
const LIMIT_DEFAULT: u32 = 50;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// At most 200; 50 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ClaimView {
    id: String,
    lead: String,
    partner: String,
    claimed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_feedback_at: Option<String>,
    /// When the next feedback is owed; past it no new claims are admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback_due_at: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClaimPage {
    claims: Vec<ClaimView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List what I hold, and partners below me
#[utoipa::path(
    get,
    path = "/api/v1/claims",
    tag = "claims",
    params(ListQuery),
    responses((status = 200, description = "Oldest first", body = ClaimPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let partners = caller.partners(&host).await?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let claims = host
        .store
        .open_claims(
            &caller.manufacturer,
            &partners,
            query.after.as_deref(),
            limit,
        )
        .await?;
    let next = (claims.len() as u32 == limit)
        .then(|| claims.last().map(|claim| claim.id.to_string()))
        .flatten();
    let claims = claims
        .into_iter()
        .map(|claim| ClaimView {
            id: claim.id.to_string(),
            lead: claim.lead.to_string(),
            partner: claim.partner.to_string(),
            claimed_at: instant(claim.claimed_at),
            last_feedback_at: maybe_instant(claim.last_feedback_at),
            feedback_due_at: maybe_instant(claim.feedback_due_at),
        })
        .collect();
    Ok(json(StatusCode::OK, &ClaimPage { claims, next }))
}
