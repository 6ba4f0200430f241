//! The files that a trial has come to.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::named;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::problem::Problem;
use crate::trial::served::kind_of;

/// The report has its style and what sorts its tables within; it loads nothing.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-scripts";

/// Fetch a file of a trial
///
/// The report as a page, and every figure as CSV and as one JSON object a line.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/plan-trials/{id}/files/{name}",
    tag = "bindings",
    params(
        ("contract" = String, Path, description = "Its code or identifier"),
        ("id" = String, Path),
        ("name" = String, Path, description = "report.html, paid.csv, paid.ndjson, postings.csv, and what else it has come to")
    ),
    responses((status = 200, description = "The file of a trial that is done", content(
        (Vec<u8> = "text/html; charset=utf-8"),
        (Vec<u8> = "text/csv; charset=utf-8; header=present"),
        (Vec<u8> = "application/x-ndjson"),
    )))
)]
pub async fn file(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id, name)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let trial = super::find(&host, &caller, &contract, &id).await?;
    let missing = || Problem::not_found("file of the trial");
    let kind = kind_of(&name).ok_or_else(missing)?;
    let content = host
        .store
        .plan_trial_file(&caller.manufacturer, &trial.id, &name)
        .await?
        .ok_or_else(missing)?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    Ok((headers, content).into_response())
}
