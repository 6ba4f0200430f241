//! A partner's statement of a period.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::ledger::view::PostingView;
use super::super::periods::{self, Money, list::PeriodView};
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StatementView {
    period: PeriodView,
    /// The partner's code.
    partner: String,
    /// ISO 4217; of the accounts in money.
    currency: String,
    totals: Vec<TotalView>,
    lines: Vec<PostingView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TotalView {
    component: String,
    account: String,
    /// money, points, count.
    unit: String,
    /// What the account held before the period.
    carried: i64,
    /// What the period's lines come to.
    amount: i64,
}

/// Look at a partner's statement
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/periods/{period}/statements/{partner}",
    tag = "money",
    params(
        ("contract" = String, Path, description = "Its code"),
        ("period" = String, Path),
        ("partner" = String, Path, description = "Its code")
    ),
    responses(
        (status = 200, description = "Line by line; provisional while the period is open", body = StatementView),
        (status = 404, description = "There is no such contract, period or partner", body = Problem)
    )
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period, partner)): Path<(String, String, String)>,
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
    let statement = pay::statement(&host, &force, &period, &known.id).await?;
    let view = StatementView {
        period: PeriodView::of(&statement.period, &force.calendar),
        partner: known.code,
        currency: force.terms.currency.clone(),
        totals: statement
            .totals
            .into_iter()
            .map(|total| TotalView {
                component: total.component,
                account: total.account,
                unit: total.unit,
                carried: total.carried,
                amount: total.amount,
            })
            .collect(),
        lines: statement.lines.iter().map(PostingView::of).collect(),
    };
    Ok(json(StatusCode::OK, &view))
}
