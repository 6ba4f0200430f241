//! Periods of a contract's money.

pub mod close;
pub mod list;
mod view;

use std::sync::Arc;

use super::named;
use crate::domain::ids::PartnerId;
use crate::host::{Host, InForce};
use crate::http::auth::{BUSINESS_READERS, Caller};
use crate::http::problem::Problem;

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
