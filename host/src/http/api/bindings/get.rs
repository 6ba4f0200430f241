//! A slot with its generations.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::named;
use super::view::BindingView;
use crate::contracts::binding;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::version::tagged;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotView {
    /// The latest first.
    generations: Vec<BindingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Look at a slot with its history
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/bindings/{slot}",
    tag = "bindings",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("slot" = String, Path, description = "qualification, matching, escalation, or compensation/NAME"),
        PageQuery
    ),
    responses((status = 200, description = "Its generations, with the number of the one that was put in force last as ETag", body = SlotView))
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, slot)): Path<(String, String)>,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let limit = page.limit();
    let before = match page.after {
        Some(generation) => generation
            .parse()
            .map_err(|_| Problem::field("/after", "is no generation's number"))?,
        None => i64::MAX,
    };
    let courses = host
        .store
        .courses(&caller.manufacturer, &contract.id)
        .await?;
    let course = courses
        .get(&slot)
        .ok_or_else(|| Problem::not_found("binding"))?;
    let found = binding::generations(&host, &contract, &slot, before, limit).await?;
    let view = SlotView {
        next: next(&found, limit, |stands| {
            stands.binding.generation.to_string()
        }),
        generations: found.iter().map(BindingView::of).collect(),
    };
    let latest = course.latest().unwrap_or_default();
    Ok(tagged(StatusCode::OK, &view, latest))
}
