//! What has happened to a lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::events::view::EventView;
use super::get::visible;
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Timeline {
    events: Vec<EventView>,
}

/// Read a lead's timeline, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/leads/{id}/timeline",
    tag = "leads",
    params(("id" = String, Path)),
    responses((status = 200, description = "What the caller may see of it", body = Timeline))
)]
pub async fn timeline(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (lead, _) = visible(&host, &caller, &LeadId::from(id)).await?;
    let events = host
        .store
        .events_of_lead(&caller.manufacturer, &lead.id)
        .await?;
    let partners = match caller.role {
        Role::Partner => Some(caller.partners(&host).await?),
        _ => None,
    };
    let events = events
        .iter()
        .filter_map(|event| EventView::seen_by(event, partners.as_deref()))
        .collect();
    Ok(json(StatusCode::OK, &Timeline { events }))
}
