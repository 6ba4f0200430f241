//! A candidate is made.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::super::bindings::put::may_bind;
use super::super::bindings::view::BindingView;
use super::super::named;
use crate::contracts::binding::{self, When};
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::{Json, json};
use crate::http::problem::Problem;
use crate::policy::Limits;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GenerationBody {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
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
}

/// Make a candidate for a slot
///
/// A generation that is ready to be tried: as a shadow, for a share of the leads, or
/// for all. Nothing is decided by it before a step says so.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/generations",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier")),
    request_body = GenerationBody,
    responses(
        (status = 201, description = "The candidate; what is in force where it is the same", body = BindingView),
        (status = 422, description = "The plugin refuses the configuration, with each place", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    body: Json<GenerationBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    may_bind(&caller, &contract, &body.value.slot)?;
    let wanted = binding::Wanted {
        slot: body.value.slot,
        plugin: body.value.plugin,
        configuration: body.value.configuration,
        limits: body.value.limits,
        comment: body.value.comment,
        when: When::Ready,
    };
    let origin = caller.origin();
    let made = binding::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &wanted,
        None,
        &origin,
    )
    .await?;
    Ok(json(StatusCode::CREATED, &BindingView::of(&made)))
}
