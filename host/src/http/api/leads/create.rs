//! A lead comes in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use super::super::values::{PlainAttributes, read_instant, typed};
use super::view::{ContactView, LeadView};
use crate::domain::access::Role;
use crate::domain::lead::{Activity, Contact, Teaser};
use crate::domain::terms::{Of, Terms};
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::{Caller, SENDERS};
use crate::http::body::{Json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::{FieldProblem, Problem};
use crate::routing;
use crate::routing::intake::{self, NewLead, Received};

/// A lead as its sender knows it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeadBody {
    /// The contract's code.
    contract: String,
    /// The sender's own identifier, unique in the contract.
    #[serde(default)]
    external_id: Option<String>,
    /// The sender's reference of the customer behind it.
    #[serde(default)]
    customer: Option<String>,
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    source: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    postcode: Option<String>,
    /// Minor units of the contract's currency.
    #[serde(default, deserialize_with = "whole::maybe_amount")]
    value: Option<i64>,
    /// Where it comes from, in words; told to partners as it is.
    #[serde(default)]
    provenance: Option<String>,
    /// As the terms declare them; personal ones belong into the contact's.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
    #[serde(default, deserialize_with = "document::object")]
    contact: ContactView,
    /// What the contact did.
    #[serde(default, deserialize_with = "document::objects")]
    activities: Vec<ActivityBody>,
    /// RFC 3339; none: now.
    #[serde(default)]
    received_at: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ActivityBody {
    code: String,
    /// RFC 3339.
    occurred_at: String,
}

/// Take in a lead
#[utoipa::path(
    post,
    path = "/api/v1/leads",
    tag = "leads",
    request_body = LeadBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same answer again")),
    responses(
        (status = 201, description = "The lead is kept, and assessed", body = LeadView),
        (status = 422, description = "The lead contradicts the terms", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    headers: HeaderMap,
    body: Json<LeadBody>,
) -> Result<Response, Problem> {
    caller.must_be(&SENDERS)?;
    let force = named::contract_in_force(&host, &caller, &body.value.contract).await?;
    let (mut lead, mut problems) = read(body.value, &force.terms);
    if !problems.is_empty() {
        // With all the others, so that they are put right at once.
        if let Err(routing::Error::Invalid(found)) = intake::check(&force, host.clock.now(), &lead)
        {
            problems.extend(found.into_iter().map(Into::into));
        }
        return Err(Problem::invalid(problems));
    }
    if caller.role == Role::Agency {
        lead.sent_by.clone_from(&caller.partner);
    }
    let answer = match caller.role {
        Role::Agency => answer_sender,
        _ => answer,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, answer).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let received = intake::receive(
        &host,
        &caller.manufacturer,
        &force.contract.id,
        &lead,
        &origin,
    )
    .await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, answer, received).await
}

fn answer(received: &Received) -> (u16, Vec<u8>) {
    (201, rendered(&LeadView::of(&received.lead)))
}

fn answer_sender(received: &Received) -> (u16, Vec<u8>) {
    (201, rendered(&LeadView::sent(&received.lead)))
}

/// The lead as far as it can be read, and what of it cannot.
fn read(body: LeadBody, terms: &Terms) -> (NewLead, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let mut keep = |found: Result<_, Vec<FieldProblem>>| match found {
        Ok(attributes) => attributes,
        Err(found) => {
            problems.extend(found);
            Default::default()
        }
    };
    let attributes = keep(typed(&body.attributes, terms, &[Of::Lead], "/attributes"));
    let personal = keep(typed(
        &body.contact.attributes,
        terms,
        &[Of::Lead],
        "/contact/attributes",
    ));
    let mut activities = Vec::new();
    for (position, activity) in body.activities.into_iter().enumerate() {
        let pointer = format!("/activities/{position}/occurred-at");
        match read_instant(&activity.occurred_at, &pointer) {
            Ok(occurred_at) => activities.push(Activity {
                code: activity.code,
                occurred_at,
                attributes: Default::default(),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    let received_at = match body.received_at {
        Some(text) => match read_instant(&text, "/received-at") {
            Ok(at) => Some(at),
            Err(problem) => {
                problems.push(problem);
                None
            }
        },
        None => None,
    };
    let contact = body.contact;
    let lead = NewLead {
        external_id: body.external_id,
        customer: body.customer.map(Into::into),
        teaser: Teaser {
            product: body.product,
            source: body.source,
            country: body.country,
            postcode: body.postcode,
            value: body.value,
            attributes,
            provenance: body.provenance,
        },
        contact: Contact {
            name: contact.name,
            email: contact.email,
            phone: contact.phone,
            company: contact.company,
            street: contact.street,
            city: contact.city,
            note: contact.note,
            attributes: personal,
        },
        activities,
        received_at,
        ..NewLead::default()
    };
    (lead, problems)
}
