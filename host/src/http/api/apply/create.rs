//! A contract becomes what a document says.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::apply::{self, Applied, ApplyError, Change, Document};
use crate::domain::ids::ManufacturerId;
use crate::host::Host;
use crate::host::problem::segment;
use crate::http::auth::{Bearer, OWNERS};
use crate::http::body::{Raw, json, rendered};
use crate::http::document;
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApplyQuery {
    /// Only tell what would change.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AppliedView {
    /// `+` something new, `~` something else than before; none: it was so.
    changes: Vec<String>,
}

/// Make a contract what a document says
///
/// Manufacturer, contract, terms, partners, people, places and bindings: all or
/// nothing, and a second time nothing. host/examples/heat-pumps.toml is one.
#[utoipa::path(
    post,
    path = "/api/v1/apply",
    tag = "contracts",
    params(ApplyQuery),
    request_body(
        description = "As `application/toml`, or the same as `application/json`; plugins that ship with Stellwerk or were uploaded",
        content((Object = "application/json"), (String = "application/toml"))
    ),
    responses(
        (status = 200, description = "What has changed, or would", body = AppliedView),
        (status = 422, description = "Every mistake with its place", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    bearer: Bearer,
    Query(query): Query<ApplyQuery>,
    headers: HeaderMap,
    body: Raw,
) -> Result<Response, Problem> {
    bearer.must_be(&OWNERS)?;
    let document = read(&body)?;
    let code = &document.manufacturer.code;
    let owner = match bearer.manufacturer() {
        // Nothing is looked up that is not its own.
        Some(own) => {
            let own = host.store.manufacturer(own).await?;
            own.filter(|own| own.code == *code)
                .ok_or_else(|| Problem::not_found("manufacturer"))?
                .id
        }
        // An operator's document may begin a manufacturer.
        None => {
            let known = host.store.manufacturer_by_code(code).await?;
            known.map_or_else(|| ManufacturerId::from(""), |known| known.id)
        }
    };
    let caller = bearer.within(owner);
    if query.dry_run {
        let plan = apply::plan(&host, &document, None).await.map_err(refused)?;
        return Ok(json(StatusCode::OK, &view(plan.changes())));
    }
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, render).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let applied = apply::apply(&host, &document, None, &origin).await;
    idempotency::outcome_as(
        &host,
        &caller,
        &headers,
        &body.digest,
        render,
        applied,
        refused,
    )
    .await
}

/// In the document a configuration lies beside others.
fn refused(error: ApplyError) -> Problem {
    let slot = match &error {
        ApplyError::Policy {
            slot: Some(slot), ..
        } => Some(segment(slot)),
        _ => None,
    };
    let mut problem = Problem::from(error);
    if let Some(slot) = slot {
        for field in &mut problem.errors {
            if field.pointer.starts_with("/configuration") {
                field.pointer.insert_str(0, &format!("/bindings/{slot}"));
            }
        }
    }
    problem
}

fn read(body: &Raw) -> Result<Document, Problem> {
    if body.content_type.as_deref() != Some("application/toml") {
        document::without_nul(&body.bytes)?;
        return document::read(&body.bytes);
    }
    let no_toml = |detail: String| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "body.no_toml",
            "The body is no such document",
        )
        .detail(detail)
    };
    let text = std::str::from_utf8(&body.bytes).map_err(|error| no_toml(error.to_string()))?;
    Document::parse(text).map_err(|unreadable| no_toml(unreadable.to_string()))
}

fn view(changes: &[Change]) -> AppliedView {
    AppliedView {
        changes: changes.iter().map(ToString::to_string).collect(),
    }
}

fn render(applied: &Applied) -> (u16, Vec<u8>) {
    (200, rendered(&view(&applied.changes)))
}
