//! What is in force.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::named;
use super::view::BindingView;
use crate::contracts::binding;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BindingPage {
    bindings: Vec<BindingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List what is bound to a contract's slots
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/bindings",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), PageQuery),
    responses((status = 200, description = "The generation in force in each slot, by slot", body = BindingPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let limit = page.limit();
    let after = page.after.unwrap_or_default();
    let mut found = binding::in_force(&host, &contract).await?;
    found.retain(|stands| stands.binding.slot > after);
    found.truncate(limit as usize);
    let page = BindingPage {
        next: next(&found, limit, |stands| stands.binding.slot.clone()),
        bindings: found.iter().map(BindingView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
