//! The seals over what was decided.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::values::instant;
use crate::domain::seal::Seal;
use crate::host::Host;
use crate::http::auth::{OVERSEERS, Scope};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

/// A batch of decisions, closed. Hashes, key and signature are hexadecimal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SealView {
    /// 1, 2, 3, … without gaps.
    number: i64,
    /// Numbers of the first and the last decision under it.
    first: i64,
    last: i64,
    /// Of the tree over the receipts.
    root: String,
    sealed_at: String,
    /// What is signed, a text: it names all of this, and the seal before.
    statement: String,
    /// ed25519.
    public_key: String,
    signature: String,
    /// What the seal is to be remembered by.
    head: String,
}

impl SealView {
    pub fn of(seal: &Seal) -> Self {
        Self {
            number: seal.number,
            first: seal.first,
            last: seal.last,
            root: hex::encode(seal.root),
            sealed_at: instant(seal.sealed_at),
            statement: seal.statement(),
            public_key: hex::encode(seal.public_key),
            signature: hex::encode(&seal.signature),
            head: seal.head().to_string(),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SealPage {
    seals: Vec<SealView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List the seals over what was decided
///
/// Whoever keeps the last one's head can tell later whether anything was altered or
/// cut off since.
#[utoipa::path(
    get,
    path = "/api/v1/audit/seals",
    tag = "audit",
    params(PageQuery),
    responses((status = 200, description = "Seals, the first one first", body = SealPage))
)]
pub async fn seals(
    State(host): State<Host>,
    scope: Scope,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&OVERSEERS)?;
    let limit = page.limit();
    let after = page.after.and_then(|after| after.parse().ok()).unwrap_or(0);
    let found = host.store.seals(&caller.manufacturer, after, limit).await?;
    let page = SealPage {
        next: next(&found, limit, |seal| seal.number.to_string()),
        seals: found.iter().map(SealView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
