//! A partner's name, seat, and place in the tree.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use super::create::position;
use super::view::PartnerView;
use crate::contracts::partner;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, Patch};
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};

/// What is left out stays; null takes it away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PartnerChange {
    #[serde(default)]
    name: Option<String>,
    /// Code of the partner above.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    parent: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    country: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    postcode: Patch<String>,
    /// Both or none; null for the postcode's place.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    latitude: Patch<f64>,
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    longitude: Patch<f64>,
}

/// Change a partner
#[utoipa::path(
    patch,
    path = "/api/v1/partners/{partner}",
    tag = "partners",
    params(
        ("partner" = String, Path, description = "Its code or identifier"),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = PartnerChange,
    responses(
        (status = 200, description = "As it is now", body = PartnerView),
        (status = 412, description = "Somebody has changed it meanwhile", body = Problem),
        (status = 422, description = "Such as a circle in the tree", body = Problem)
    )
)]
pub async fn change(
    State(host): State<Host>,
    caller: Caller,
    Path(name): Path<String>,
    IfMatch(expected): IfMatch,
    body: Json<PartnerChange>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let found = named::partner(&host, &caller, &name).await?;
    let change = body.value;
    let seat = match (&change.latitude, &change.longitude) {
        (Patch::Keep, Patch::Keep) => None,
        (latitude, longitude) => Some(position(latitude.given(), longitude.given())?),
    };
    let changed = partner::change(
        &host,
        &caller.manufacturer,
        &found.id,
        |wanted| {
            if let Some(name) = &change.name {
                wanted.name.clone_from(name);
            }
            change.parent.put_into(&mut wanted.parent);
            change.country.put_into(&mut wanted.country);
            change.postcode.put_into(&mut wanted.postcode);
            if let Some(seat) = seat {
                wanted.position = seat;
            }
        },
        expected,
        &caller.origin(),
    )
    .await?;
    Ok(tagged(
        StatusCode::OK,
        &PartnerView::of(&changed.partner, &changed.tree),
        changed.partner.version,
    ))
}
