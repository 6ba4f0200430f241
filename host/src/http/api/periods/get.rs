//! A period, looked at closely.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::ledger::view::PostingView;
use super::super::values::instant;
use super::Money;
use super::view::PeriodView;
use crate::domain::deadline::{Deadline, Subject};
use crate::host::Host;
use crate::http::auth::{Caller, MONEY_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay::{self, AccountTotal};

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OverviewView {
    period: PeriodView,
    /// ISO 4217; of the accounts in money.
    currency: String,
    /// By component and account, all holders together.
    totals: Vec<AccountTotalView>,
    /// What later periods have booked for it, oldest first: each names what it adjusts,
    /// where something was booked of it before. The first 1,000.
    changes: Vec<PostingView>,
    /// When components want to be woken in it, the next one first. The first 1,000.
    wake_ups: Vec<WakeUpView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AccountTotalView {
    component: String,
    account: String,
    /// money, points, count.
    unit: String,
    /// Booked in periods that are not closed yet.
    provisional: i64,
    /// Booked in closed ones.
    #[serde(rename = "final")]
    settled: i64,
    /// How much of both was booked after the period had been closed.
    since_closed: i64,
}

/// A component asked to be woken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct WakeUpView {
    component: String,
    key: String,
    due_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
}

/// Look at a period
///
/// What its accounts come to, what was booked for it after it had been closed, and
/// when components want to be woken in it.
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/periods/{period}",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), ("period" = String, Path)),
    responses(
        (status = 200, description = "As it stands now", body = OverviewView),
        (status = 404, description = "There is no such contract or period", body = Problem)
    )
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&MONEY_READERS)?;
    let Money { force, .. } = super::money(&host, &caller, &contract).await?;
    let overview = pay::overview(&host, &force, &period).await?;
    let view = OverviewView {
        period: PeriodView::of(&overview.period, &force.calendar),
        currency: force.terms.currency.clone(),
        totals: overview.totals.into_iter().map(Into::into).collect(),
        changes: overview.changes.iter().map(PostingView::of).collect(),
        wake_ups: overview.wake_ups.iter().map(WakeUpView::of).collect(),
    };
    Ok(json(StatusCode::OK, &view))
}

impl From<AccountTotal> for AccountTotalView {
    fn from(total: AccountTotal) -> Self {
        Self {
            component: total.component,
            account: total.account,
            unit: total.unit,
            provisional: total.provisional,
            settled: total.settled,
            since_closed: total.since_closed,
        }
    }
}

impl WakeUpView {
    fn of(deadline: &Deadline) -> Self {
        let (component, lead, deal) = match &deadline.subject {
            Subject::Compensation {
                component,
                lead,
                deal,
            } => (component.as_str(), lead.as_ref(), deal.as_ref()),
            Subject::Escalation(lead) | Subject::Wake(lead) | Subject::Unworked(lead) => {
                ("", Some(lead), None)
            }
        };
        Self {
            component: component.to_owned(),
            key: deadline.key.clone(),
            due_at: instant(deadline.due_at),
            lead: lead.map(ToString::to_string),
            deal: deal.map(ToString::to_string),
        }
    }
}
