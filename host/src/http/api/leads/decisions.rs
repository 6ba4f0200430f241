//! The decisions about a lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::decisions::view::DecisionSummary;
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Decisions {
    decisions: Vec<DecisionSummary>,
}

/// List the decisions about a lead, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/leads/{id}/decisions",
    tag = "leads",
    params(("id" = String, Path)),
    responses((status = 200, description = "One line each", body = Decisions))
)]
pub async fn decisions(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&[
        Role::Manufacturer,
        Role::Operator,
        Role::Integrator,
        Role::VendorManager,
        Role::Auditor,
    ])?;
    let lead = host
        .store
        .lead(&caller.manufacturer, &LeadId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("lead"))?;
    let decisions = host
        .store
        .decisions_of_lead(&caller.manufacturer, &lead.id)
        .await?;
    let decisions = decisions.iter().map(DecisionSummary::of).collect();
    Ok(json(StatusCode::OK, &Decisions { decisions }))
}
