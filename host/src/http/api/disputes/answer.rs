//! A dispute is answered.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::periods::{self, Money};
use super::view::DisputeView;
use crate::domain::access::Role;
use crate::domain::dispute::Disputed;
use crate::domain::ids::DisputeId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::pay::{self, NewAnswer};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswerBody {
    /// Why the line stands as it is, or what was done; at most 4,000 characters.
    #[serde(default)]
    reason: Option<String>,
    /// The postings of the same partner that put it right: they follow from events,
    /// measures and recalculations as always, and are named here.
    #[serde(default)]
    corrections: Vec<String>,
}

/// Answer a dispute
///
/// By a reason, by what puts it right, or by both. It is answered once.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/disputes/{id}/answer",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), ("id" = String, Path)),
    request_body = AnswerBody,
    responses(
        (status = 200, description = "The partner sees it with the line", body = DisputeView),
        (status = 409, description = "It is answered already", body = Problem)
    )
)]
pub async fn answer(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Json<AnswerBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::VendorManager])?;
    let Money { force, .. } = periods::money(&host, &caller, &contract).await?;
    let owner = &caller.manufacturer;
    let found = host.store.dispute(owner, &DisputeId::from(id)).await?;
    let Disputed { dispute, .. } = found
        .filter(|found| found.dispute.contract == force.contract.id)
        .ok_or_else(|| Problem::not_found("dispute"))?;
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let new = NewAnswer {
        reason: body.value.reason,
        corrections: body.value.corrections.into_iter().map(Into::into).collect(),
    };
    let answered = pay::answer(&host, owner, &dispute.id, &new, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, answered).await
}

fn render(answered: &Disputed) -> (u16, Vec<u8>) {
    (200, rendered(&DisputeView::of(answered)))
}
