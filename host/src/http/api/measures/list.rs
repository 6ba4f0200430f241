//! Numbers that hold at an instant, or at some time in a span.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::super::values::read_instant;
use super::view::MeasureView;
use crate::contracts::Tree;
use crate::domain::ids::PartnerId;
use crate::domain::measure::{Measure, MeasureKind};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{limit, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::MeasureFilter;

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct MeasureQuery {
    /// RFC 3339: those that hold at that instant.
    at: Option<String>,
    /// RFC 3339: those that hold at some time from then …
    from: Option<String>,
    /// … until before then.
    until: Option<String>,
    /// measure, target.
    kind: Option<String>,
    name: Option<String>,
    /// Code of a partner.
    partner: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// At most 200; 50 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeasurePage {
    measures: Vec<MeasureView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List measures and targets
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/measures",
    tag = "measures",
    params(("contract" = String, Path, description = "Its code or identifier"), MeasureQuery),
    responses((status = 200, description = "By partner, kind, name and beginning; for a partner its own and those below", body = MeasurePage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<MeasureQuery>,
) -> Result<Response, Problem> {
    let contract = named::contract(&host, &caller, &contract).await?;
    let limit = limit(query.limit);
    let (from, until) = span(&query)?;
    let among = match &query.partner {
        Some(code) => Some(vec![named::partner(&host, &caller, code).await?.id]),
        None => caller.tree(&host).await?,
    };
    let kind = query.kind.as_deref().map(|kind| {
        MeasureKind::parse(kind)
            .ok_or_else(|| Problem::field("/kind", "is none of measure, target"))
    });
    let filter = MeasureFilter {
        from,
        until,
        kind: kind.transpose()?,
        name: query.name,
        among,
        after: query.after.as_deref().map(cursor).transpose()?,
        limit,
    };
    let found = host
        .store
        .measures(&caller.manufacturer, &contract.id, &filter)
        .await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let page = MeasurePage {
        next: next(&found, limit, cursor_of),
        measures: found
            .iter()
            .map(|measure| MeasureView::of(measure, &partners))
            .collect(),
    };
    Ok(json(StatusCode::OK, &page))
}

/// The instants between which a measure has to hold.
fn span(query: &MeasureQuery) -> Result<(Option<Micros>, Option<Micros>), Problem> {
    let read = |text: &Option<String>, pointer: &str| {
        let text = text.as_deref();
        text.map(|text| read_instant(text, pointer))
            .transpose()
            .map_err(|problem| Problem::invalid(vec![problem]))
    };
    if query.at.is_some() && (query.from.is_some() || query.until.is_some()) {
        return Err(Problem::field("/at", "does not go with from and until"));
    }
    match read(&query.at, "/at")? {
        Some(at) => Ok((Some(at), Some(Micros(at.0.saturating_add(1))))),
        None => Ok((read(&query.from, "/from")?, read(&query.until, "/until")?)),
    }
}

/// Names are codes, so a comma stands in none of the parts.
fn cursor_of(measure: &Measure) -> String {
    format!(
        "{},{},{},{}",
        measure.partner,
        measure.kind.as_str(),
        measure.name,
        measure.from.0
    )
}

fn cursor(text: &str) -> Result<(PartnerId, MeasureKind, String, Micros), Problem> {
    let parts: Vec<&str> = text.split(',').collect();
    let read = || match parts.as_slice() {
        [partner, kind, name, from] => Some((
            PartnerId::from(*partner),
            MeasureKind::parse(kind)?,
            (*name).to_owned(),
            Micros(from.parse().ok()?),
        )),
        _ => None,
    };
    read().ok_or_else(|| Problem::field("/after", "is no `next` of a page"))
}
