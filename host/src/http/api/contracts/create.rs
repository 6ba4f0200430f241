//! A manufacturer begins a contract.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::super::terms;
use super::view::ContractView;
use crate::contracts::contract;
use crate::domain::contract::Contract;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContractBody {
    /// Short and unique with the manufacturer.
    code: String,
    name: String,
    /// Integrators may bind on test contracts only.
    #[serde(default)]
    test: bool,
    /// By wit/terms.schema.json.
    #[schema(value_type = Object)]
    terms: Value,
}

/// Begin a contract with its first terms
#[utoipa::path(
    post,
    path = "/api/v1/contracts",
    tag = "contracts",
    request_body = ContractBody,
    responses(
        (status = 201, description = "It has terms, but neither partners nor policies yet", body = ContractView),
        (status = 409, description = "The code is taken", body = Problem),
        (status = 422, description = "Every mistake with its place", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    headers: HeaderMap,
    body: Json<ContractBody>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let terms = terms::put::read(body.value.terms, "/terms")?;
    let wanted = contract::Wanted {
        code: body.value.code,
        name: body.value.name,
        test: body.value.test,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let made = contract::create(&host, &caller.manufacturer, &wanted, &terms, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, made).await
}

fn render(made: &Contract) -> (u16, Vec<u8>) {
    (201, rendered(&ContractView::of(made)))
}
