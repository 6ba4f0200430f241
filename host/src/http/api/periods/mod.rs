//! Periods of a contract's money.

pub mod close;
pub mod deviations;
pub mod get;
pub mod list;
pub mod recalculate;
mod view;

use std::sync::Arc;

use axum::http::StatusCode;

use super::named;
use crate::domain::ids::PartnerId;
use crate::host::{Host, InForce};
use crate::http::auth::{BUSINESS_READERS, Caller};
use crate::http::problem::Problem;
use crate::pay;

/// A contract's money, as far as a caller may see it.
pub struct Money {
    pub force: Arc<InForce>,
    /// Whose money it is; none: everybody's.
    pub partners: Option<Vec<PartnerId>>,
}

/// The money of the contract of that code. A partner sees its own and that of
/// those below it.
pub async fn money(host: &Host, caller: &Caller, code: &str) -> Result<Money, Problem> {
    caller.must_be(&BUSINESS_READERS)?;
    let contract = named::contract(host, caller, code).await?;
    let force = host
        .contract(&caller.manufacturer, &contract.id)
        .await
        .map_err(crate::routing::Error::from)?;
    let partners = caller.tree(host).await?;
    Ok(Money { force, partners })
}

/// What goes on though nobody waits for it any more: the events of a large period take
/// longer than a request may.
async fn on_its_own_feet<T: Send + 'static>(
    work: impl Future<Output = Result<T, pay::Error>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(work).await.map_err(|error| {
        tracing::error!("work on a period ended early: {error}");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "host.internal",
            "Something is wrong with the server",
        )
    })?;
    Ok(done?)
}
