//! A partner joins a contract.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use super::super::values::PlainAttributes;
use super::view::{LeaveView, ParticipantView};
use crate::contracts::participant::{self, Footing};
use crate::contracts::{Error, Tree, attributes};
use crate::domain::terms::{Of, Terms};
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::Json;
use crate::http::document;
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};

/// The whole footing: what is left out is not.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ParticipantBody {
    /// A level of the terms.
    level: String,
    /// How many leads it wants to hold at once; none: no limit.
    #[serde(default, deserialize_with = "whole::maybe_count")]
    capacity: Option<i64>,
    /// As the terms declare them for partners.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
    #[serde(default)]
    certificates: BTreeSet<String>,
    #[serde(default, deserialize_with = "document::maybe_object")]
    leave: Option<LeaveView>,
    #[serde(default, deserialize_with = "whole::count")]
    complaints_open: i64,
}

/// Let a partner into a contract, or set its whole footing
#[utoipa::path(
    put,
    path = "/api/v1/contracts/{contract}/partners/{partner}",
    tag = "partners",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("partner" = String, Path, description = "Its code or identifier"),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = ParticipantBody,
    responses(
        (status = 200, description = "As it is now; a block stands", body = ParticipantView),
        (status = 412, description = "Somebody has changed it meanwhile", body = Problem),
        (status = 422, description = "What the terms do not know, with its place", body = Problem)
    )
)]
pub async fn put(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, partner)): Path<(String, String)>,
    IfMatch(expected): IfMatch,
    body: Json<ParticipantBody>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let partner = named::partner(&host, &caller, &partner).await?;
    let wanted = body.value;
    let leave = wanted
        .leave
        .as_ref()
        .map(LeaveView::read)
        .transpose()
        .map_err(|problem| Problem::invalid(vec![problem]))?;
    let footing = |known: Option<Footing>, terms: &Terms| {
        Ok(Footing {
            level: wanted.level.clone(),
            capacity: wanted.capacity,
            attributes: attributes::read(&wanted.attributes, terms, &[Of::Partner], "/attributes")
                .map_err(Error::Invalid)?,
            certificates: wanted.certificates.clone(),
            leave,
            blocked_until: known.and_then(|known| known.blocked_until),
            complaints_open: wanted.complaints_open,
            left: false,
        })
    };
    let participant = participant::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &partner.id,
        footing,
        expected,
        &caller.origin(),
    )
    .await?;
    let tree = Tree::load(&host, &caller.manufacturer).await?;
    Ok(tagged(
        StatusCode::OK,
        &ParticipantView::of(&participant, &tree),
        participant.version,
    ))
}
