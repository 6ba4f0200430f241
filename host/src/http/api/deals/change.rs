//! What becomes of a deal.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::agreed::Agreed;
use super::super::values::{PlainAttributes, read_instant, typed};
use super::get::visible;
use super::view::DealView;
use crate::contracts::Tree;
use crate::domain::access::Role;
use crate::domain::deal::DealState;
use crate::domain::ids::DealId;
use crate::domain::terms::Of;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};
use crate::pay;
use crate::routing::deals::{self, Altering};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DealChange {
    /// won, lost, or cancelled after it was won.
    state: String,
    /// RFC 3339; none: now.
    #[serde(default)]
    occurred_at: Option<String>,
    /// As the terms declare them for events or for deals.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
}

/// A deal as it is now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DealChanged {
    #[serde(flatten)]
    deal: DealView,
    /// What to know of the change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<DealNote>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DealNote {
    /// Stable: deal.nothing-paid.
    code: &'static str,
    /// What is so, and what follows.
    message: &'static str,
}

/// Where a deal is called off that has earned nobody anything.
const NOTHING_PAID: DealNote = DealNote {
    code: "deal.nothing-paid",
    message: "nothing has been booked for this deal so far, so there is nothing to take back; \
              where its win still waits to be paid, both are booked one after the other",
};

/// Say what has become of a deal
///
/// Where the partner holds the lead that it comes of, the lead ends with the
/// deal: at the first win, or with the last deal that is lost.
#[utoipa::path(
    patch,
    path = "/api/v1/deals/{id}",
    tag = "deals",
    params(
        ("id" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = DealChange,
    responses(
        (status = 200, description = "As it is now", body = DealChanged),
        (status = 412, description = "It has been changed meanwhile", body = Problem),
        (status = 422, description = "Such as a state that cannot follow", body = Problem)
    )
)]
pub async fn change(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    body: Json<DealChange>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Partner])?;
    let deal = visible(&host, &caller, &DealId::from(id)).await?;
    let force = host
        .contract(&caller.manufacturer, &deal.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let change = body.value;
    let to = DealState::parse(&change.state)
        .filter(|state| *state != DealState::Registered)
        .ok_or_else(|| Problem::field("/state", "is none of won, lost, cancelled"))?;
    let occurred_at = change
        .occurred_at
        .map(|text| read_instant(&text, "/occurred-at"))
        .transpose()
        .map_err(|problem| Problem::invalid(vec![problem]))?;
    let of = [Of::Event, Of::Deal];
    let altering = Altering {
        manufacturer: caller.manufacturer.clone(),
        deal: deal.id,
        to,
        occurred_at,
        attributes: typed(&change.attributes, &force.terms, &of, "/attributes")
            .map_err(Problem::invalid)?,
        expected,
    };
    let altered = deals::change(&host, &altering, &caller.origin()).await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let agreed = Agreed::load(&host, &caller, [&altered.contract].into()).await?;
    let is_for_nothing = to == DealState::Cancelled && !pay::is_booked(&host, &altered).await?;
    let changed = DealChanged {
        deal: DealView::of(&altered, &partners, &agreed),
        notes: is_for_nothing.then_some(NOTHING_PAID).into_iter().collect(),
    };
    Ok(tagged(StatusCode::OK, &changed, altered.version))
}
