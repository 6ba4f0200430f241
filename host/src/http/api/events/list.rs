//! The feed, from a position on. Positions are given in the order of commits, so
//! a reader's cursor skips nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::agreed::Agreed;
use super::view::{EventView, Viewer};
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;

const LIMIT_MAX: u32 = 1_000;
const LIMIT_DEFAULT: u32 = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The last position that was read; 0 at first.
    #[serde(default)]
    after: i64,
    /// At most 1,000; 200 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventPage {
    events: Vec<EventView>,
    /// Send it as `after` next time, even when the page was empty.
    position: i64,
}

/// Read the event feed
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "events",
    params(ListQuery),
    responses((status = 200, description = "In the order of positions", body = EventPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::VendorManager, Role::Auditor])?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let events = host
        .store
        .events(&caller.manufacturer, query.after, limit)
        .await?;
    let position = events.last().map_or(query.after, |event| event.position);
    let contracts = events.iter().map(|positioned| &positioned.event.contract);
    let agreed = Agreed::load(&host, &caller, contracts.collect()).await?;
    let events = events
        .iter()
        .filter_map(|event| EventView::seen_by(event, Viewer::Inside(&agreed)))
        .collect();
    Ok(json(StatusCode::OK, &EventPage { events, position }))
}
