//! What a path names: by its code, or by its identifier. What the caller may not
//! see is not there.
//!
//! Invariant: what is there but not the caller's costs the same statements as
//! what is not there at all, so that the time of a 404 tells nothing.

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
    let tree = caller.tree(host).await?;
    let tree = tree.as_deref();
    let by_code = host.store.contract_by_code(owner, name).await?;
    if let Some(found) = seen(host, caller, tree, by_code).await? {
        return Ok(found);
    }
    let by_id = host.store.contract(owner, &ContractId::from(name)).await?;
    seen(host, caller, tree, by_id)
        .await?
        .ok_or_else(|| Problem::not_found("contract"))
}

/// The contract, if the caller may see it. Those that have to stand in it are
/// looked for in none as well.
async fn seen(
    host: &Host,
    caller: &Caller,
    tree: Option<&[PartnerId]>,
    found: Option<Contract>,
) -> Result<Option<Contract>, Problem> {
    let Some(tree) = tree else { return Ok(found) };
    let nowhere = ContractId::from("");
    let id = found.as_ref().map_or(&nowhere, |found| &found.id);
    let footing = host
        .store
        .participants_after(&caller.manufacturer, id, Some(tree), None, 1)
        .await?;
    Ok(found.filter(|_| !footing.is_empty()))
}

/// The partner of that code or identifier. Partners and agencies see themselves
/// and those below them.
pub async fn partner(host: &Host, caller: &Caller, name: &str) -> Result<Partner, Problem> {
    let owner = &caller.manufacturer;
    let tree = caller.tree(host).await?;
    let is_seen = |found: &Partner| tree.as_ref().is_none_or(|tree| tree.contains(&found.id));
    let by_code = host.store.partner_by_code(owner, name).await?;
    if let Some(found) = by_code.filter(is_seen) {
        return Ok(found);
    }
    let by_id = host.store.partner(owner, &PartnerId::from(name)).await?;
    by_id
        .filter(is_seen)
        .ok_or_else(|| Problem::not_found("partner"))
}
