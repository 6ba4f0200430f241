//! What a path names: by its code, or by its identifier. What the caller may not
//! see is not there.

use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, PartnerId};
use crate::domain::partner::Partner;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// The contract of that code or identifier. Partners and agencies see those in
/// which they, or somebody below them, have a footing.
pub async fn contract(host: &Host, caller: &Caller, name: &str) -> Result<Contract, Problem> {
    let owner = &caller.manufacturer;
    let found = match host.store.contract_by_code(owner, name).await? {
        Some(found) => Some(found),
        None => host.store.contract(owner, &ContractId::from(name)).await?,
    };
    let found = found.ok_or_else(|| Problem::not_found("contract"))?;
    if let Some(tree) = caller.tree(host).await? {
        let footing = host
            .store
            .participants_after(owner, &found.id, Some(&tree), None, 1)
            .await?;
        if footing.is_empty() {
            return Err(Problem::not_found("contract"));
        }
    }
    Ok(found)
}

/// The partner of that code or identifier. Partners and agencies see themselves
/// and those below them.
pub async fn partner(host: &Host, caller: &Caller, name: &str) -> Result<Partner, Problem> {
    let owner = &caller.manufacturer;
    let found = match host.store.partner_by_code(owner, name).await? {
        Some(found) => Some(found),
        None => host.store.partner(owner, &PartnerId::from(name)).await?,
    };
    let tree = caller.tree(host).await?;
    found
        .filter(|found| tree.is_none_or(|tree| tree.contains(&found.id)))
        .ok_or_else(|| Problem::not_found("partner"))
}
