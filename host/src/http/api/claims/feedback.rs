//! The holder reports.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::leads::view::LeadView;
use super::super::values::{PlainAttributes, read_instant, typed};
use crate::domain::ids::{LeadId, PartnerId};
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
    let (lead, partner) = own(&host, &caller, id).await?;
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

/// A lead that the caller may report on, and the partner that reports: it holds
/// the lead, or was offered it and learns that it does not. One that a partner
/// below holds is seen, but is that one's to report on.
pub async fn own(host: &Host, caller: &Caller, id: String) -> Result<(Lead, PartnerId), Problem> {
    let partner = caller.partner()?.clone();
    let id = LeadId::from(id);
    let lead = host.store.lead(&caller.manufacturer, &id).await?;
    let holder = lead.as_ref().and_then(|lead| lead.holder.as_ref());
    if let Some(lead) = &lead
        && holder == Some(&partner)
    {
        return Ok((lead.clone(), partner));
    }
    let cycle = lead.as_ref().map_or(0, |lead| lead.cycle);
    let offers = host
        .store
        .offers_of_lead(&caller.manufacturer, &id, cycle)
        .await?;
    let seen = caller.partners(host).await?;
    match lead {
        Some(lead) if offers.iter().any(|offer| offer.partner == partner) => Ok((lead, partner)),
        Some(lead)
            if lead
                .holder
                .as_ref()
                .is_some_and(|holder| seen.contains(holder)) =>
        {
            Err(Problem::forbidden(
                "a partner below holds the lead, which reports on it",
            ))
        }
        _ => Err(Problem::not_found("lead")),
    }
}

fn render(lead: &Lead) -> (u16, Vec<u8>) {
    (200, rendered(&LeadView::held(lead)))
}
