//! What the partner holds now.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::values::{instant, maybe_instant};
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

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
    params(PageQuery),
    responses((status = 200, description = "Oldest first", body = ClaimPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let partners = caller.partners(&host).await?;
    let limit = query.limit();
    let claims = host
        .store
        .open_claims(
            &caller.manufacturer,
            &partners,
            query.after.as_deref(),
            limit,
        )
        .await?;
    let next = next(&claims, limit, |claim| claim.id.to_string());
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
