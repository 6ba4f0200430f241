//! A contract's name and kind.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::named;
use super::view::ContractView;
use crate::contracts::contract;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};

/// What is left out stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContractChange {
    #[serde(default)]
    name: Option<String>,
    /// Whether integrators may bind on it.
    #[serde(default)]
    test: Option<bool>,
}

/// Change a contract's name or kind
#[utoipa::path(
    patch,
    path = "/api/v1/contracts/{contract}",
    tag = "contracts",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = ContractChange,
    responses(
        (status = 200, description = "As it is now", body = ContractView),
        (status = 412, description = "Somebody has changed it meanwhile", body = Problem)
    )
)]
pub async fn change(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    IfMatch(expected): IfMatch,
    body: Json<ContractChange>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let found = named::contract(&host, &caller, &contract).await?;
    let change = body.value;
    let changed = contract::change(
        &host,
        &caller.manufacturer,
        &found.id,
        |wanted| {
            if let Some(name) = &change.name {
                wanted.name.clone_from(name);
            }
            if let Some(test) = change.test {
                wanted.test = test;
            }
        },
        expected,
        &caller.origin(),
    )
    .await?;
    Ok(tagged(
        StatusCode::OK,
        &ContractView::of(&changed),
        changed.version,
    ))
}
