//! A partner's statement of a period.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::periods::{self, Money};
use super::view::StatementView;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::statement::{self, Document};

/// The page has its style within; it runs and loads nothing.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct StatementQuery {
    /// json, csv, html; without it what `Accept` prefers of application/json, text/csv
    /// and text/html.
    format: Option<Format>,
    /// In whose words: de, en; without it the contract's first language.
    language: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Format {
    Json,
    Csv,
    Html,
}

/// Look at a partner's statement
///
/// Each line with the rule that it follows in words, its receipt, and what it corrects
/// or adjusts; accounts with what is carried forward, and sums.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/periods/{period}/statements/{partner}",
    tag = "money",
    params(
        ("contract" = String, Path, description = "Its code"),
        ("period" = String, Path),
        ("partner" = String, Path, description = "Its code"),
        StatementQuery
    ),
    responses(
        (status = 200, description = "Line by line; provisional while the period is open. As CSV and as HTML it says the same", body = StatementView),
        (status = 404, description = "There is no such contract, period or partner", body = Problem)
    )
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period, partner)): Path<(String, String, String)>,
    Query(query): Query<StatementQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Money { force, partners } = periods::money(&host, &caller, &contract).await?;
    let all = host.store.partners(&caller.manufacturer).await?;
    let known = all
        .into_iter()
        .filter(|known| known.code == partner)
        .find(|known| {
            partners
                .as_ref()
                .is_none_or(|seen| seen.contains(&known.id))
        })
        .ok_or_else(|| Problem::not_found("partner"))?;
    let language = query.language.as_deref();
    let document = Document::load(&host, &force, &period, &known, language).await?;
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    Ok(match query.format.unwrap_or_else(|| preferred(accepted)) {
        Format::Json => json(StatusCode::OK, &StatementView::of(&document)),
        Format::Csv => table(&document),
        Format::Html => page(&document),
    })
}

fn table(document: &Document) -> Response {
    let name = format!("attachment; filename=\"{}\"", document.file_name("csv"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        ),
        (
            header::CONTENT_DISPOSITION,
            // Codes and names of periods are visible ASCII.
            HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, statement::csv(document)).into_response()
}

fn page(document: &Document) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    (headers, statement::html(document)).into_response()
}

/// What an `Accept` prefers, the first of those that it likes best; JSON where it names
/// none of them.
fn preferred(accepted: Option<&str>) -> Format {
    let mut best = (Format::Json, 0.0);
    for range in accepted.unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let format = match parts.next() {
            Some("application/json" | "*/*") => Format::Json,
            Some("text/csv") => Format::Csv,
            Some("text/html") => Format::Html,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight: f64 = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if weight > best.1 {
            best = (format, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_one_that_is_liked_best() {
        for (accepted, format) in [
            (None, Format::Json),
            (Some("*/*"), Format::Json),
            (Some("text/csv"), Format::Csv),
            (Some("text/csv;q=0.5, text/html"), Format::Html),
            (Some("text/html;q=0, text/csv;q=0.1"), Format::Csv),
            (Some("application/pdf"), Format::Json),
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                Format::Html,
            ),
            (Some(";;,q=,text/csv;q=x"), Format::Json),
        ] {
            assert_eq!(preferred(accepted), format, "{accepted:?}");
        }
    }
}
