//! Numbers are set.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::super::values::read_instant;
use crate::contracts::measure;
use crate::domain::access::Role;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, json};
use crate::http::document;
use crate::http::problem::{FieldProblem, Problem};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasuresBody {
    /// 1 to 1,000.
    #[serde(deserialize_with = "document::objects")]
    measures: Vec<MeasureBody>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MeasureBody {
    /// measure, target.
    kind: String,
    /// Code of a partner of the contract.
    partner: String,
    name: String,
    /// RFC 3339; valid from then …
    from: String,
    /// … until before then.
    until: String,
    /// In the measure's own unit.
    value: f64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeasuresSet {
    /// How many were given.
    given: usize,
    /// How many of them were new or other ones.
    changed: usize,
    /// What to know of what was taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteView>,
}

/// What was taken, and does not count by itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NoteView {
    /// Stable: period.closed.
    code: &'static str,
    /// The period's name.
    period: String,
    /// What is so, and what to do.
    message: String,
}

impl NoteView {
    fn of_closed(contract: &str, period: String) -> Self {
        Self {
            code: "period.closed",
            message: format!(
                "{period} is closed already: what was set counts there only when it is computed \
                 anew, by POST /api/v1/contracts/{contract}/periods/{period}/recalculation or \
                 `stellwerk period recalculate {contract} {period}`"
            ),
            period,
        }
    }
}

/// Set measures and targets
///
/// One that begins at the same instant as a known one of that partner and name
/// takes its place. Where several hold at once, the one that began last counts. For a
/// closed period they are taken, with a note: it is not computed anew by that.
#[utoipa::path(
    put,
    path = "/api/v1/contracts/{contract}/measures",
    tag = "measures",
    params(("contract" = String, Path, description = "Its code or identifier")),
    request_body = MeasuresBody,
    responses(
        (status = 200, description = "All of them hold", body = MeasuresSet),
        (status = 422, description = "Every mistake with its place; nothing was set", body = Problem)
    )
)]
pub async fn put(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    body: Json<MeasuresBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Operator, Role::VendorManager])?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let (wanted, mut problems) = read(body.value.measures);
    if !problems.is_empty() {
        // With all the others, so that they are put right at once.
        let found = measure::problems(&host, &caller.manufacturer, &contract.id, &wanted).await?;
        problems.extend(found.into_iter().map(Into::into));
        return Err(Problem::invalid(problems));
    }
    let set = measure::put(
        &host,
        &caller.manufacturer,
        &contract.id,
        &wanted,
        &caller.origin(),
    )
    .await?;
    let view = MeasuresSet {
        given: set.given,
        changed: set.changed,
        notes: set
            .closed
            .into_iter()
            .map(|period| NoteView::of_closed(&contract.code, period))
            .collect(),
    };
    Ok(json(StatusCode::OK, &view))
}

/// The numbers as far as they can be read, and which instants cannot: in their
/// place stand others that are right, so that the rest of the number is looked at.
fn read(bodies: Vec<MeasureBody>) -> (Vec<measure::Wanted>, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let mut wanted = Vec::with_capacity(bodies.len());
    for (position, body) in bodies.into_iter().enumerate() {
        let from = read_instant(&body.from, &format!("/measures/{position}/from"));
        let until = read_instant(&body.until, &format!("/measures/{position}/until"));
        let (from, until) = match (from, until) {
            (Ok(from), Ok(until)) => (from, until),
            (from, until) => {
                problems.extend(from.err().into_iter().chain(until.err()));
                (Micros(0), Micros(1))
            }
        };
        wanted.push(measure::Wanted {
            kind: body.kind,
            partner: body.partner,
            name: body.name,
            from,
            until,
            value: body.value,
        });
    }
    (wanted, problems)
}
