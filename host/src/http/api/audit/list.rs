//! The changes, one line each.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::values::instant;
use crate::domain::audit::AuditEntry;
use crate::domain::ids::AuditId;
use crate::host::Host;
use crate::http::auth::{OVERSEERS, Scope};
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AuditView {
    id: String,
    at: String,
    /// The token whose request it was; none for the command line on the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// `+` something new, `~` something else than before, `-` something gone.
    change: String,
}

impl AuditView {
    fn of(entry: &AuditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: instant(entry.at),
            actor: entry.actor.as_ref().map(ToString::to_string),
            change: entry.change.clone(),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditPage {
    changes: Vec<AuditView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Read who has changed what
///
/// An operator that names no manufacturer sees what was changed for all of them:
/// which plugins are shared.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "audit",
    params(PageQuery),
    responses((status = 200, description = "Contracts, terms, rules, partners, people; oldest first", body = AuditPage))
)]
pub async fn list(
    State(host): State<Host>,
    scope: Scope,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let caller = scope.caller(&OVERSEERS)?;
    let limit = page.limit();
    let after = page.after.map(AuditId::from);
    let found = host
        .store
        .audit(&caller.manufacturer, after.as_ref(), limit)
        .await?;
    let page = AuditPage {
        next: next(&found, limit, |entry| entry.id.to_string()),
        changes: found.iter().map(AuditView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
