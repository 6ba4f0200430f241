//! The first valid claim wins.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::leads::view::LeadView;
use crate::domain::attribute::Attributes;
use crate::domain::ids::OfferId;
use crate::domain::offer::Offer;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::routing::claim::{self, Claimed, Claiming};

/// Nothing has to be said to claim.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClaimBody {}

/// Claim an offered lead
#[utoipa::path(
    post,
    path = "/api/v1/offers/{id}/claim",
    tag = "offers",
    params(("id" = String, Path)),
    request_body = ClaimBody,
    responses(
        (status = 200, description = "The lead is yours, and so is the contact", body = LeadView),
        (status = 409, description = "Another was faster, or what would unlock the claim", body = Problem)
    )
)]
pub async fn claim(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Json<ClaimBody>,
) -> Result<Response, Problem> {
    let offer = own(&host, &caller, id).await?;
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let claiming = Claiming {
        manufacturer: caller.manufacturer.clone(),
        lead: offer.lead,
        partner: offer.partner,
        user: caller.user.clone(),
        attributes: Attributes::new(),
    };
    let claimed = claim::claim(&host, &claiming, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, claimed).await
}

/// The offer, when it was made to the caller. One that a partner below has is
/// seen, but is that one's to answer.
pub async fn own(host: &Host, caller: &Caller, id: String) -> Result<Offer, Problem> {
    let partner = caller.partner()?;
    let offer = host
        .store
        .offer(&caller.manufacturer, &OfferId::from(id))
        .await?;
    match offer {
        Some(offer) if offer.partner == *partner => Ok(offer),
        other => {
            let seen = caller.partners(host).await?;
            Err(match other {
                Some(offer) if seen.contains(&offer.partner) => {
                    Problem::forbidden("the offer was made to a partner below, which answers it")
                }
                _ => Problem::not_found("offer"),
            })
        }
    }
}

fn render(claimed: &Claimed) -> (u16, Vec<u8>) {
    let view = LeadView::held(&claimed.lead).with_contact(&claimed.contact);
    (200, rendered(&view))
}
