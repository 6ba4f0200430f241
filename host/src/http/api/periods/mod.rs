//! Periods of a contract's money.

pub mod close;
pub mod list;
mod view;

use crate::host::{Host, InForce};
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use std::sync::Arc;

/// The contract of that code, as it is in force.
pub async fn contract(host: &Host, caller: &Caller, code: &str) -> Result<Arc<InForce>, Problem> {
    let contract = host
        .store
        .contract_by_code(&caller.manufacturer, code)
        .await?
        .ok_or_else(|| Problem::not_found("contract"))?;
    host.contract(&caller.manufacturer, &contract.id)
        .await
        .map_err(|error| crate::routing::Error::from(error).into())
}
