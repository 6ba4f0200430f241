//! Some of a partner's footing. Capacity and leave are the partner's own to say.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer};

use super::super::named;
use super::super::values::{PlainAttributes, read_instant};
use super::view::{LeaveView, ParticipantView};
use crate::contracts::participant::{self, Footing};
use crate::contracts::{Error, Tree, attributes};
use crate::domain::access::Role;
use crate::domain::partner::Leave;
use crate::domain::terms::{Of, Terms};
use crate::domain::time::Micros;
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, Patch};
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};

/// What is left out stays; null takes it away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ParticipantChange {
    #[serde(default)]
    level: Option<String>,
    /// How many leads it wants to hold at once; null: no limit.
    #[serde(default, deserialize_with = "patch_count")]
    #[schema(value_type = Option<i64>)]
    capacity: Patch<i64>,
    /// All of them.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: Option<PlainAttributes>,
    #[serde(default)]
    certificates: Option<BTreeSet<String>>,
    #[serde(default)]
    #[schema(value_type = Option<LeaveView>)]
    leave: Patch<LeaveView>,
    /// RFC 3339; null unblocks.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    blocked_until: Patch<String>,
    #[serde(default, deserialize_with = "whole::maybe_count")]
    complaints_open: Option<i64>,
    /// False: it leaves the contract; what it holds it may finish.
    #[serde(default)]
    active: Option<bool>,
}

fn patch_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patch<i64>, D::Error> {
    whole::maybe_count(deserializer).map(Patch::Set)
}

impl ParticipantChange {
    /// Whether it is all the partner's own to say.
    fn is_own(&self) -> bool {
        let Self {
            level,
            capacity: _,
            attributes,
            certificates,
            leave: _,
            blocked_until,
            complaints_open,
            active,
        } = self;
        level.is_none()
            && attributes.is_none()
            && certificates.is_none()
            && *blocked_until == Patch::Keep
            && complaints_open.is_none()
            && active.is_none()
    }
}

/// Change some of a partner's footing
///
/// A partner may say how many leads it wants to hold and when it is on leave,
/// for itself and those below.
#[utoipa::path(
    patch,
    path = "/api/v1/contracts/{contract}/partners/{partner}",
    tag = "partners",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("partner" = String, Path, description = "Its code or identifier"),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = ParticipantChange,
    responses(
        (status = 200, description = "As it is now", body = ParticipantView),
        (status = 412, description = "Somebody has changed it meanwhile", body = Problem)
    )
)]
pub async fn change(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, partner)): Path<(String, String)>,
    IfMatch(expected): IfMatch,
    body: Json<ParticipantChange>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Operator, Role::Partner])?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let partner = named::partner(&host, &caller, &partner).await?;
    let change = body.value;
    if caller.role == Role::Partner && !change.is_own() {
        return Err(Problem::forbidden(
            "partners change capacity and leave; the rest is the manufacturer's",
        ));
    }
    let bad = |problem| Problem::invalid(vec![problem]);
    let leave = change.leave.try_map(LeaveView::read).map_err(bad)?;
    let blocked_until = change
        .blocked_until
        .try_map(|text| read_instant(text, "/blocked-until"))
        .map_err(bad)?;
    let participant = participant::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &partner.id,
        |known, terms| changed(known, &change, &leave, &blocked_until, terms),
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

fn changed(
    known: Option<Footing>,
    change: &ParticipantChange,
    leave: &Patch<Leave>,
    blocked_until: &Patch<Micros>,
    terms: &Terms,
) -> Result<Footing, Error> {
    let mut footing = known.ok_or(Error::NotFound {
        what: "partner of this contract",
    })?;
    if let Some(level) = &change.level {
        footing.level.clone_from(level);
    }
    if let Some(plain) = &change.attributes {
        footing.attributes = attributes::read(plain, terms, &[Of::Partner], "/attributes")
            .map_err(Error::Invalid)?;
    }
    if let Some(certificates) = &change.certificates {
        footing.certificates.clone_from(certificates);
    }
    if let Some(complaints) = change.complaints_open {
        footing.complaints_open = complaints;
    }
    if let Some(active) = change.active {
        footing.left = !active;
    }
    change.capacity.put_into(&mut footing.capacity);
    leave.put_into(&mut footing.leave);
    blocked_until.put_into(&mut footing.blocked_until);
    Ok(footing)
}
