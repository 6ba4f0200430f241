//! What has happened to a lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::agreed::Agreed;
use super::super::events::view::{EventView, Viewer};
use super::get::visible;
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Timeline {
    events: Vec<EventView>,
    /// Send it as `after` for the next page; none: this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

const LIMIT_MAX: usize = 1_000;
const LIMIT_DEFAULT: usize = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// `next` of the page before.
    #[serde(default)]
    after: i64,
    /// At most 1,000; 200 if none is given.
    limit: Option<usize>,
}

/// Read a lead's timeline, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/leads/{id}/timeline",
    tag = "leads",
    params(("id" = String, Path), TimelineQuery),
    responses((status = 200, description = "What the caller may see of it", body = Timeline))
)]
pub async fn timeline(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<TimelineQuery>,
) -> Result<Response, Problem> {
    let (lead, _) = visible(&host, &caller, &LeadId::from(id)).await?;
    let events = host
        .store
        .events_of_lead(&caller.manufacturer, &lead.id)
        .await?;
    let partners = match caller.role {
        Role::Partner => caller.partners(&host).await?,
        _ => Vec::new(),
    };
    let agreed = Agreed::load(&host, &caller, [&lead.contract].into()).await?;
    let viewer = match caller.role {
        Role::Partner => Viewer::Partners(&partners),
        Role::Agency => Viewer::Sender,
        _ => Viewer::Inside(&agreed),
    };
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    // What is hidden takes no place on a page, so that nobody can count it.
    let mut seen = events
        .iter()
        .filter(|event| event.position > query.after)
        .filter_map(|event| Some((event.position, EventView::seen_by(event, viewer)?)));
    let page: Vec<(i64, EventView)> = seen.by_ref().take(limit).collect();
    let last = page.last().map(|(position, _)| *position);
    let view = Timeline {
        next: last.filter(|_| seen.next().is_some()),
        events: page.into_iter().map(|(_, event)| event).collect(),
    };
    Ok(json(StatusCode::OK, &view))
}
