//! The holder reports.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::leads::view::LeadView;
use super::super::values::{PlainAttributes, read_instant, typed};
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::terms::Of;
use crate::domain::text;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::feedback::{self, Report};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeedbackBody {
    /// contacted, not-reached, appointment, quoted, care-contact, data-complete,
    /// or a feedback event of the terms.
    code: String,
    /// RFC 3339; none: now.
    #[serde(default)]
    occurred_at: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
    /// For the manufacturer; no policy sees it.
    #[serde(default)]
    note: Option<String>,
}

/// Report on a lead I hold
#[utoipa::path(
    post,
    path = "/api/v1/leads/{id}/feedback",
    tag = "claims",
    params(("id" = String, Path)),
    request_body = FeedbackBody,
    responses(
        (status = 200, description = "Kept; claims are unlocked at once", body = LeadView),
        (status = 409, description = "Another partner holds the lead", body = Problem)
    )
)]
pub async fn feedback(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<FeedbackBody>,
) -> Result<Response, Problem> {
    let partner = caller.partner()?.clone();
    let lead = host
        .store
        .lead(&caller.manufacturer, &LeadId::from(id))
        .await?
        .ok_or_else(|| Problem::not_found("lead"))?;
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let value = body.value;
    let occurred_at = value
        .occurred_at
        .map(|text| read_instant(&text, "/occurred-at"))
        .transpose()
        .map_err(|problem| Problem::invalid(vec![problem]))?;
    if let Some(note) = &value.note {
        text::check_note(note).map_err(|bad| Problem::field("/note", bad.to_string()))?;
    }
    let report = Report {
        manufacturer: caller.manufacturer.clone(),
        lead: lead.id,
        partner,
        code: value.code,
        occurred_at,
        attributes: typed(&value.attributes, &force.terms, &[Of::Event], "/attributes")
            .map_err(Problem::invalid)?,
        note: value.note,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let reported = feedback::report(&host, &report, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, reported).await
}

fn render(lead: &Lead) -> (u16, Vec<u8>) {
    (200, rendered(&LeadView::of(lead)))
}
