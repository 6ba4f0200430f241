//! Who is in a contract.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::named;
use super::view::ParticipantView;
use crate::contracts::Tree;
use crate::domain::ids::PartnerId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ParticipantPage {
    partners: Vec<ParticipantView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List a contract's partners with their footing
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/partners",
    tag = "partners",
    params(("contract" = String, Path, description = "Its code or identifier"), PageQuery),
    responses((status = 200, description = "In the order in which they came to the manufacturer", body = ParticipantPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let contract = named::contract(&host, &caller, &contract).await?;
    let limit = page.limit();
    let among = caller.tree(&host).await?;
    let after = page.after.map(PartnerId::from);
    let found = host
        .store
        .participants_after(
            &caller.manufacturer,
            &contract.id,
            among.as_deref(),
            after.as_ref(),
            limit,
        )
        .await?;
    let tree = Tree::load(&host, &caller.manufacturer).await?;
    let page = ParticipantPage {
        next: next(&found, limit, |participant| participant.partner.to_string()),
        partners: found
            .iter()
            .map(|participant| ParticipantView::of(participant, &tree))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
