//! What is in force.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::named;
use super::view::BindingView;
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
    responses((status = 200, description = "The latest generation of each slot, by slot", body = BindingPage))
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
    let mut found = host
        .store
        .bindings(&caller.manufacturer, &contract.id)
        .await?;
    found.retain(|binding| binding.slot > after);
    found.truncate(limit as usize);
    let next = next(&found, limit, |binding| binding.slot.clone());
    let mut bindings = Vec::with_capacity(found.len());
    for binding in &found {
        bindings.push(BindingView::named(&host, binding).await?);
    }
    Ok(json(StatusCode::OK, &BindingPage { bindings, next }))
}
