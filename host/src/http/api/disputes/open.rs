//! A partner disputes a line of its statement.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::periods::{self, Money};
use super::view::DisputeView;
use crate::domain::dispute::Disputed;
use crate::domain::ids::PostingId;
use crate::domain::ledger::HolderKind;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::pay;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DisputeBody {
    /// What is wrong with it; at most 4,000 characters.
    complaint: String,
}

/// Dispute a line of a statement
///
/// A partner disputes what is booked to itself. It is kept with its answer, and shown
/// with the line; a line is disputed anew when it was answered.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/postings/{id}/disputes",
    tag = "money",
    params(
        ("contract" = String, Path, description = "Its code"),
        ("id" = String, Path, description = "Of the line's posting")
    ),
    request_body = DisputeBody,
    responses(
        (status = 201, description = "It waits for an answer", body = DisputeView),
        (status = 409, description = "It is disputed already", body = Problem)
    )
)]
pub async fn open(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Json<DisputeBody>,
) -> Result<Response, Problem> {
    let own = caller.partner()?.clone();
    let Money { force, partners } = periods::money(&host, &caller, &contract).await?;
    let id = PostingId::from(id);
    let found = host.store.posting(&caller.manufacturer, &id).await?;
    let is_seen = |holder: &str| {
        let mut seen = partners.iter().flatten();
        seen.any(|partner| partner.as_str() == holder)
    };
    let posting = found
        .filter(|posting| posting.contract == force.contract.id)
        .filter(|posting| posting.holder.kind == HolderKind::Partner)
        .filter(|posting| is_seen(&posting.holder.id))
        .ok_or_else(|| Problem::not_found("posting"))?;
    if posting.holder.id != own.as_str() {
        return Err(Problem::forbidden(
            "whoever it is booked to disputes a line",
        ));
    }
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let opened = pay::dispute(&host, &posting, &body.value.complaint, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, opened).await
}

fn render(opened: &Disputed) -> (u16, Vec<u8>) {
    (201, rendered(&DisputeView::of(opened)))
}
