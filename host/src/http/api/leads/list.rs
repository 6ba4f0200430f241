//! Leads, page by page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::view::{LeadView, Slice};
use crate::domain::access::Role;
use crate::domain::lifecycle::State as LeadState;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{limit, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::LeadFilter;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The contract's code.
    contract: Option<String>,
    state: Option<String>,
    /// Only leads that wait for a person.
    #[serde(default)]
    manual: bool,
    /// `next` of the page before.
    after: Option<String>,
    /// At most 200; 50 if none is given.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LeadPage {
    leads: Vec<LeadView>,
    /// Send it as `after` for the next page; none: this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List leads, oldest first
#[utoipa::path(
    get,
    path = "/api/v1/leads",
    tag = "leads",
    params(ListQuery),
    responses((status = 200, description = "A page of leads, without contacts", body = LeadPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&[
        Role::Manufacturer,
        Role::Integrator,
        Role::VendorManager,
        Role::Agency,
        Role::Auditor,
    ])?;
    let contract = match &query.contract {
        Some(name) => Some(named::contract(&host, &caller, name).await?.id),
        None => None,
    };
    let state = match &query.state {
        Some(name) => Some(LeadState::parse(name).ok_or_else(|| {
            let names: Vec<&str> = LeadState::ALL.iter().map(|state| state.as_str()).collect();
            Problem::field("/state", format!("is none of {}", names.join(", ")))
        })?),
        None => None,
    };
    let (sent_by, seen) = match caller.role {
        Role::Agency => {
            let agency = caller.partner.clone();
            let agency =
                agency.ok_or_else(|| Problem::forbidden("the token speaks for no agency"))?;
            (Some(agency), Slice::Sent)
        }
        _ => (None, Slice::WithoutContact),
    };
    let limit = limit(query.limit);
    let leads = host
        .store
        .leads(
            &caller.manufacturer,
            &LeadFilter {
                contract,
                state,
                manual: query.manual,
                sent_by,
                after: query.after.map(Into::into),
                limit,
            },
        )
        .await?;
    let next = next(&leads, limit, |lead| lead.id.to_string());
    let page = LeadPage {
        leads: leads.iter().map(|lead| seen.of(lead)).collect(),
        next,
    };
    Ok(json(StatusCode::OK, &page))
}
