//! New terms come into force.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::super::named;
use super::view::TermsView;
use crate::contracts::{self, terms};
use crate::domain::terms::Terms;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::Json;
use crate::http::document;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::version::{IfMatch, tagged};

/// Put new terms in force
///
/// They hold for every slot at once: where a plugin refuses its configuration
/// with them, nothing changes. The same terms again change nothing.
#[utoipa::path(
    put,
    path = "/api/v1/contracts/{contract}/terms",
    tag = "terms",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("If-Match" = Option<String>, Header, description = "The version that they replace")
    ),
    request_body(content = Object, description = "By wit/terms.schema.json"),
    responses(
        (status = 200, description = "In force now", body = TermsView),
        (status = 412, description = "Somebody has changed them meanwhile", body = Problem),
        (status = 422, description = "Every mistake with its place, or the slot that refuses them", body = Problem)
    )
)]
pub async fn put(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    IfMatch(expected): IfMatch,
    body: Json<Value>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let wanted = read(body.value, "")?;
    let version = terms::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &wanted,
        expected,
        &caller.origin(),
    )
    .await
    .map_err(refused)?;
    Ok(tagged(
        StatusCode::OK,
        &TermsView::of(&version),
        version.version,
    ))
}

/// The terms that a document holds; its place in the request comes first in
/// every problem's.
pub fn read(terms: Value, place: &str) -> Result<Terms, Problem> {
    document::read_part(terms, place)
}

/// The request is the terms: a place in a slot's configuration is none of it.
fn refused(error: contracts::Error) -> Problem {
    let mut problem = Problem::from(error);
    if problem.code.starts_with("config.") {
        for field in &mut problem.errors {
            match field.pointer.strip_prefix("/terms") {
                Some(pointer) => field.pointer = pointer.to_owned(),
                None => {
                    let message = format!("the slot's {} {}", &field.pointer[1..], field.message);
                    *field = FieldProblem::new("", message);
                }
            }
        }
    }
    problem
}
