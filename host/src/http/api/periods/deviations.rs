//! What computing a period anew would book.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::ledger::view::PostingView;
use super::Money;
use crate::host::Host;
use crate::http::auth::{Caller, MONEY_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay::{self, Deviation};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Deviations {
    /// Whether they are booked now; otherwise they are shown alone.
    booked: bool,
    /// ISO 4217; of the accounts in money.
    currency: String,
    deviations: Vec<DeviationView>,
}

/// A line that comes to something else than was booked of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeviationView {
    /// What was booked of the line before.
    booked: i64,
    /// What it comes to now.
    now: i64,
    /// What makes it so; its `amount` is the difference.
    posting: PostingView,
}

/// Show what computing a period anew would book
///
/// Of a closed period and the closed ones after it; of an open one what closing it
/// would book now. Nothing is booked.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/periods/{period}/recalculation",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), ("period" = String, Path)),
    responses(
        (status = 200, description = "None: it comes to what was booked", body = Deviations),
        (status = 404, description = "There is no such contract or period", body = Problem)
    )
)]
pub async fn deviations(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&MONEY_READERS)?;
    let Money { force, .. } = super::money(&host, &caller, &contract).await?;
    let contract = &force.contract;
    let found = pay::deviations(&host, &contract.manufacturer, &contract.id, &period).await?;
    let currency = &force.terms.currency;
    Ok(json(
        StatusCode::OK,
        &Deviations::of(&found, currency, false),
    ))
}

impl Deviations {
    pub(super) fn of(found: &[Deviation], currency: &str, booked: bool) -> Self {
        let deviations = found.iter().map(|deviation| DeviationView {
            booked: deviation.booked,
            now: deviation.now,
            posting: PostingView::of(&deviation.posting),
        });
        Self {
            booked,
            currency: currency.to_owned(),
            deviations: deviations.collect(),
        }
    }
}
