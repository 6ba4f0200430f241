//! A partner joins the manufacturer.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::view::PartnerView;
use crate::contracts::partner::{self, Kept};
use crate::domain::partner::Position;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PartnerBody {
    /// Short and unique with the manufacturer.
    code: String,
    name: String,
    /// Code of the partner above.
    #[serde(default)]
    parent: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    postcode: Option<String>,
    /// Of its seat; without it the postcode's place counts.
    #[serde(default)]
    latitude: Option<f64>,
    #[serde(default)]
    longitude: Option<f64>,
}

/// Add a partner
#[utoipa::path(
    post,
    path = "/api/v1/partners",
    tag = "partners",
    request_body = PartnerBody,
    responses(
        (status = 201, description = "It is there, without a footing in any contract", body = PartnerView),
        (status = 409, description = "The code is taken", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    headers: HeaderMap,
    body: Json<PartnerBody>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let wanted = body.value;
    let wanted = partner::Wanted {
        code: wanted.code,
        name: wanted.name,
        parent: wanted.parent,
        country: wanted.country,
        postcode: wanted.postcode,
        position: position(wanted.latitude, wanted.longitude)?,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let made = partner::create(&host, &caller.manufacturer, &wanted, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, made).await
}

fn render(made: &Kept) -> (u16, Vec<u8>) {
    (201, rendered(&PartnerView::of(&made.partner, &made.tree)))
}

/// One of the two alone is no place.
pub fn position(
    latitude: Option<f64>,
    longitude: Option<f64>,
) -> Result<Option<Position>, Problem> {
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Ok(Some(Position {
            latitude,
            longitude,
        })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Problem::field("/latitude", "is missing beside /longitude")),
        (Some(_), None) => Err(Problem::field("/longitude", "is missing beside /latitude")),
    }
}
