//! What accounts hold.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::periods::{self, Money};
use crate::domain::ledger::HolderKind;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::store::Balance;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BalanceList {
    balances: Vec<BalanceView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BalanceView {
    component: String,
    account: String,
    /// money, points, count.
    unit: String,
    holder_kind: &'static str,
    holder: String,
    amount: i64,
}

/// List a contract's balances
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/balances",
    tag = "money",
    params(("contract" = String, Path, description = "Its code")),
    responses((status = 200, description = "What each holder's account holds, leads and deals apart: those are told by their postings; a partner sees its own and those below it", body = BalanceList))
)]
pub async fn balances(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
) -> Result<Response, Problem> {
    let Money { force, partners } = periods::money(&host, &caller, &contract).await?;
    let balances = host
        .store
        .balances(
            &caller.manufacturer,
            &force.contract.id,
            Micros(i64::MIN),
            Micros(i64::MAX),
        )
        .await?;
    let is_seen = |balance: &Balance| {
        let holder = &balance.account.holder;
        partners.as_ref().is_none_or(|partners| {
            holder.kind == HolderKind::Partner
                && partners.iter().any(|partner| partner.as_str() == holder.id)
        })
    };
    let balances = balances
        .into_iter()
        .filter(is_seen)
        .map(|balance| BalanceView {
            component: balance.account.component,
            account: balance.account.account,
            unit: balance.unit,
            holder_kind: balance.account.holder.kind.as_str(),
            holder: balance.account.holder.id,
            amount: balance.amount,
        })
        .collect();
    Ok(json(StatusCode::OK, &BalanceList { balances }))
}
