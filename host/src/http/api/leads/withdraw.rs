//! A lead's open offers are taken back, and its partners ranked anew.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::LeadView;
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::routing::withdraw;

/// Take a lead's open offers back and rank its partners anew
///
/// For leads that a bad rule has offered to the wrong ones. A claim stands.
#[utoipa::path(
    post,
    path = "/api/v1/leads/{id}/withdraw",
    tag = "leads",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The lead, offered anew", body = LeadView),
        (status = 409, description = "The lead is not on offer", body = Problem)
    )
)]
pub async fn withdraw(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer])?;
    let (owner, actor) = (&caller.manufacturer, caller.origin::<()>().actor);
    let lead = withdraw::withdraw(&host, owner, &LeadId::from(id), actor).await?;
    Ok(json(StatusCode::OK, &LeadView::of(&lead)))
}
