//! What a generation has decided.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::super::values::instant;
use crate::contracts::binding;
use crate::domain::ids::DecisionId;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::paging::{self, next};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::store::Decided;

/// Which generation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "kebab-case")]
pub struct DecidedQuery {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    generation: i64,
    /// What `next` of the page before says.
    after: Option<String>,
    limit: Option<u32>,
}

/// A decision, in short.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecidedView {
    decision: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    /// Where the lead is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// assess, rank, escalate, admit, award, settle.
    function: String,
    /// answer, not-applicable, or the code of an error.
    outcome: String,
    asked_at: String,
}

impl DecidedView {
    fn of(decided: &Decided) -> Self {
        Self {
            decision: decided.id.to_string(),
            lead: decided.lead.as_ref().map(ToString::to_string),
            state: decided.state.map(|state| state.as_str().to_owned()),
            function: decided.function.clone(),
            outcome: decided.outcome.clone(),
            asked_at: instant(decided.asked_at),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DecidedPage {
    decisions: Vec<DecidedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List what a generation has decided
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/generations/decided",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), DecidedQuery),
    responses((status = 200, description = "Its decisions, oldest first", body = DecidedPage))
)]
pub async fn decided(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    Query(query): Query<DecidedQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let limit = paging::limit(query.limit);
    let after = query.after.map(DecisionId::from);
    let (slot, generation) = (&query.slot, query.generation);
    let found = binding::decided(&host, &contract, slot, generation, after, limit).await?;
    let page = DecidedPage {
        next: next(&found, limit, |decided| decided.id.to_string()),
        decisions: found.iter().map(DecidedView::of).collect(),
    };
    Ok(json(StatusCode::OK, &page))
}
