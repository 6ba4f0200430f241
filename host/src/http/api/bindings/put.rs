//! A rule is swapped.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::Value;

use super::super::named;
use super::view::BindingView;
use crate::contracts::binding;
use crate::domain::access::Role;
use crate::domain::contract::Contract;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::version::{IfMatch, tagged};
use crate::policy::{Kind, Limits};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BindingBody {
    /// One that ships with Stellwerk by its name, one that was uploaded by its
    /// digest or as name@version.
    plugin: String,
    /// None: the plugin's default.
    #[serde(default)]
    #[schema(value_type = Object)]
    configuration: Option<Value>,
    /// What its calls may use beyond the host's limits for its plugin.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    limits: Option<Limits>,
    /// Why, for those who look at the history later.
    #[serde(default)]
    comment: String,
    /// From when it counts, by the contract's clock, such as 2027-01-01T00:00. What
    /// pays takes a day, and cuts the period that it lies in; without it, it begins
    /// with the next period, and what routes at once.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<DateTime>,
}

/// Bind a plugin to a slot
///
/// A new generation, which the next request is decided by. The same plugin and
/// configuration again change nothing.
#[utoipa::path(
    put,
    path = "/api/v1/contracts/{contract}/bindings/{slot}",
    tag = "bindings",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("slot" = String, Path, description = "qualification, matching, escalation, or compensation/NAME"),
        ("If-Match" = Option<String>, Header, description = "The generation that it replaces")
    ),
    request_body = BindingBody,
    responses(
        (status = 200, description = "The generation in force", body = BindingView),
        (status = 412, description = "Somebody has bound another one meanwhile", body = Problem),
        (status = 422, description = "The plugin refuses the configuration, with each place", body = Problem)
    )
)]
pub async fn put(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, slot)): Path<(String, String)>,
    IfMatch(expected): IfMatch,
    body: Json<BindingBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    may_bind(&caller, &contract, &slot)?;
    let wanted = binding::Wanted {
        slot,
        plugin: body.value.plugin,
        configuration: body.value.configuration,
        comment: body.value.comment,
        limits: body.value.limits,
        when: binding::When::from(body.value.from),
    };
    let bound = binding::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &wanted,
        expected,
        &caller.origin(),
    )
    .await?;
    let generation = bound.binding.generation;
    Ok(tagged(StatusCode::OK, &BindingView::of(&bound), generation))
}

/// Integrators bind on test contracts, vendor managers what pays.
pub fn may_bind(caller: &Caller, contract: &Contract, slot: &str) -> Result<(), Problem> {
    match caller.role {
        Role::Integrator if !contract.test => Err(Problem::forbidden(
            "integrators bind on test contracts only; ask the manufacturer to bind it here",
        )),
        Role::VendorManager if Kind::of_slot(slot) != Some(Kind::Compensation) => Err(
            Problem::forbidden("vendor managers bind compensation/NAME only"),
        ),
        _ => Ok(()),
    }
}
