//! A qualifier answers what was missing.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::values::{PlainAttributes, typed};
use super::get::visible;
use super::view::{ContactView, LeadView};
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::domain::lead::Contact;
use crate::domain::terms::Of;
use crate::host::Host;
use crate::http::auth::{Caller, SENDERS};
use crate::http::body::{Json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::intake::{self, Received};

/// Answers to the question list.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswerBody {
    /// By question code, as the terms declare the attribute of that name.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: PlainAttributes,
    /// Contact fields that are better known now.
    #[serde(default, deserialize_with = "document::maybe_object")]
    contact: Option<ContactView>,
}

/// Answer a lead's open questions
#[utoipa::path(
    post,
    path = "/api/v1/leads/{id}/answers",
    tag = "leads",
    params(("id" = String, Path)),
    request_body = AnswerBody,
    responses((status = 200, description = "The lead was assessed again", body = LeadView))
)]
pub async fn answer(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<AnswerBody>,
) -> Result<Response, Problem> {
    caller.must_be(&SENDERS)?;
    let (lead, _) = visible(&host, &caller, &LeadId::from(id)).await?;
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let answers = typed(&body.value.answers, &force.terms, &[Of::Lead], "/answers")
        .map_err(Problem::invalid)?;
    let contact = match body.value.contact {
        Some(contact) => Some(Contact {
            attributes: typed(
                &contact.attributes,
                &force.terms,
                &[Of::Lead],
                "/contact/attributes",
            )
            .map_err(Problem::invalid)?,
            name: contact.name,
            email: contact.email,
            phone: contact.phone,
            company: contact.company,
            street: contact.street,
            city: contact.city,
            note: contact.note,
        }),
        None => None,
    };
    let render = match caller.role {
        Role::Agency => render_sender,
        _ => render,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let received = intake::answer(
        &host,
        &caller.manufacturer,
        &lead.id,
        &answers,
        contact.as_ref(),
        &origin,
    )
    .await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, received).await
}

fn render(received: &Received) -> (u16, Vec<u8>) {
    (200, rendered(&LeadView::of(&received.lead)))
}

fn render_sender(received: &Received) -> (u16, Vec<u8>) {
    (200, rendered(&LeadView::sent(&received.lead)))
}
