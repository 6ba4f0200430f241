//! A partner registers a piece of business.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use super::super::values::{PlainAttributes, read_instant, typed};
use super::view::{DealView, LineView, lines};
use crate::domain::access::Role;
use crate::domain::attribute::Attributes;
use crate::domain::terms::Of;
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::deals::{self, NewDeal, Registered};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DealBody {
    /// The contract's code.
    contract: String,
    /// Code of the partner; a partner's own where none is given.
    #[serde(default)]
    partner: Option<String>,
    /// The sender's own identifier, unique in the contract.
    #[serde(default)]
    external_id: Option<String>,
    /// The lead that it comes of, which the partner has to hold.
    #[serde(default)]
    lead: Option<String>,
    /// The sender's reference of the customer.
    #[serde(default)]
    customer: Option<String>,
    /// Minor units; the sum of the lines if none is given.
    #[serde(default, deserialize_with = "whole::maybe_amount")]
    value: Option<i64>,
    #[serde(default, deserialize_with = "document::objects")]
    lines: Vec<LineView>,
    /// As the terms declare them for deals.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
    /// RFC 3339; none: now.
    #[serde(default)]
    registered_at: Option<String>,
}

/// Register a deal
///
/// A partner registers its own, and those of partners below it.
#[utoipa::path(
    post,
    path = "/api/v1/deals",
    tag = "deals",
    request_body = DealBody,
    responses(
        (status = 201, description = "It is the partner's, as long as the contract protects it", body = DealView),
        (status = 422, description = "Every mistake with its place", body = Problem)
    )
)]
pub async fn register(
    State(host): State<Host>,
    caller: Caller,
    headers: HeaderMap,
    body: Json<DealBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Partner])?;
    let new = read(&host, &caller, body.value).await?;
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let registered = deals::register(&host, &new, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, registered).await
}

async fn read(host: &Host, caller: &Caller, body: DealBody) -> Result<NewDeal, Problem> {
    let contract = named::contract_of_body(host, caller, &body.contract).await?;
    let partner = match (&body.partner, &caller.partner) {
        (Some(code), _) => named::partner_of_body(host, caller, code).await?.id,
        (None, Some(own)) if caller.role == Role::Partner => own.clone(),
        _ => return Err(Problem::field("/partner", "is missing: whose deal is it?")),
    };
    let force = host
        .contract(&caller.manufacturer, &contract.id)
        .await
        .map_err(crate::routing::Error::from)?;
    let (lines, mut problems) = lines(body.lines, &force.terms);
    let registered_at = body.registered_at;
    let registered_at = registered_at.map(|text| read_instant(&text, "/registered-at"));
    let registered_at = registered_at.transpose().unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let attributes = typed(&body.attributes, &force.terms, &[Of::Deal], "/attributes");
    let attributes = attributes.unwrap_or_else(|found| {
        problems.extend(found);
        Attributes::default()
    });
    if !problems.is_empty() {
        return Err(Problem::invalid(problems));
    }
    Ok(NewDeal {
        manufacturer: caller.manufacturer.clone(),
        contract: contract.id,
        partner,
        external_id: body.external_id,
        lead: body.lead.map(Into::into),
        customer: body.customer.map(Into::into),
        value: body.value,
        lines,
        attributes,
        registered_at,
    })
}

fn render(registered: &Registered) -> (u16, Vec<u8>) {
    let view = DealView::with_partner(&registered.deal, &registered.partner.code);
    (201, rendered(&view))
}
