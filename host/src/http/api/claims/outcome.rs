//! How the holder's work has ended.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::deals::view::{LineView, lines};
use super::super::values::{PlainAttributes, read_instant, typed};
use super::feedback::own;
use crate::domain::attribute::Attributes;
use crate::domain::deal::Deal;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::terms::Of;
use crate::domain::time::Micros;
use crate::domain::whole;
use crate::host::{Host, InForce};
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::{FieldProblem, Problem};
use crate::routing::deals::{self, Ending, Outcome};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OutcomeBody {
    /// won, lost.
    result: String,
    /// Minor units; the sum of the lines if none is given.
    #[serde(default, deserialize_with = "whole::maybe_amount")]
    value: Option<i64>,
    #[serde(default, deserialize_with = "document::objects")]
    lines: Vec<LineView>,
    /// The sender's own identifier of the deal: that of one registered for the
    /// lead, or a new one.
    #[serde(default)]
    external_id: Option<String>,
    /// RFC 3339; none: now.
    #[serde(default)]
    occurred_at: Option<String>,
    /// As the terms declare them for events or for deals.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Concluded {
    /// The deal that was won.
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
}

/// Report a win or a loss
#[utoipa::path(
    post,
    path = "/api/v1/leads/{id}/outcome",
    tag = "claims",
    params(("id" = String, Path)),
    request_body = OutcomeBody,
    responses(
        (status = 200, description = "The lead's cycle has ended", body = Concluded),
        (status = 409, description = "It has an outcome, or another partner holds it", body = Problem)
    )
)]
pub async fn outcome(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<OutcomeBody>,
) -> Result<Response, Problem> {
    let (lead, partner) = own(&host, &caller, id).await?;
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let held = (lead.id, partner);
    let outcome = read(body.value, &caller, held, &force, host.clock.now())?;
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let concluded = deals::conclude(&host, &outcome, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, concluded).await
}

/// The outcome of a lead that the partner holds. Every mistake is told, so that
/// they are put right at once.
fn read(
    body: OutcomeBody,
    caller: &Caller,
    (lead, partner): (LeadId, PartnerId),
    force: &InForce,
    now: Micros,
) -> Result<Outcome, Problem> {
    let (lines, mut problems) = lines(body.lines, &force.terms);
    let won = Ending::Won {
        value: body.value,
        lines,
        external_id: body.external_id,
    };
    let result = match body.result.as_str() {
        "lost" => Ending::Lost,
        "won" => won,
        _ => {
            problems.push(FieldProblem::new("/result", "is none of won, lost"));
            won
        }
    };
    let occurred_at = body.occurred_at;
    let occurred_at = occurred_at.map(|text| read_instant(&text, "/occurred-at"));
    let of = [Of::Event, Of::Deal];
    let attributes = typed(&body.attributes, &force.terms, &of, "/attributes");
    let outcome = Outcome {
        manufacturer: caller.manufacturer.clone(),
        lead,
        partner,
        result,
        occurred_at: occurred_at.transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        }),
        attributes: attributes.unwrap_or_else(|found| {
            problems.extend(found);
            Attributes::default()
        }),
    };
    if problems.is_empty() {
        return Ok(outcome);
    }
    let found = deals::problems(force, now, &outcome);
    problems.extend(found.into_iter().map(Into::into));
    Err(Problem::invalid(problems))
}

fn render(deal: &Option<Deal>) -> (u16, Vec<u8>) {
    let concluded = Concluded {
        deal: deal.as_ref().map(|deal| deal.id.to_string()),
    };
    (200, rendered(&concluded))
}
