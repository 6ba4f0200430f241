//! What a path names: by its code, or by its identifier. What the caller may not
//! see is not there.
//!
//! Invariant: what is there but not the caller's costs the same statements as
//! what is not there at all, so that the time of a 404 tells nothing.

use std::sync::Arc;

use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, PartnerId};
use crate::domain::partner::Partner;
use crate::host::{Host, InForce};
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::routing;

/// The contract of that code or identifier. Partners and agencies see those in
/// which they, or somebody below them, have a footing.
pub async fn contract(host: &Host, caller: &Caller, name: &str) -> Result<Contract, Problem> {
    let found = find_contract(host, caller, name).await?;
    found.ok_or_else(|| Problem::not_found("contract"))
}

/// The same, where a body names it at `/contract`.
pub async fn contract_of_body(
    host: &Host,
    caller: &Caller,
    name: &str,
) -> Result<Contract, Problem> {
    let found = find_contract(host, caller, name).await?;
    found.ok_or_else(no_contract)
}

/// The contract whose code a body names at `/contract`, as it is in force. Only
/// who has to stand in it costs more than one look at what is known already.
pub async fn contract_in_force(
    host: &Host,
    caller: &Caller,
    code: &str,
) -> Result<Arc<InForce>, Problem> {
    let owner = &caller.manufacturer;
    let Some(tree) = caller.tree(host).await? else {
        let force = host.contract_by_code(owner, code).await;
        return force.map_err(routing::Error::from)?.ok_or_else(no_contract);
    };
    let by_code = host.store.contract_by_code(owner, code).await?;
    let found = seen(host, caller, Some(&tree), by_code).await?;
    let found = found.ok_or_else(no_contract)?;
    let force = host.contract(owner, &found.id).await;
    Ok(force.map_err(routing::Error::from)?)
}

fn no_contract() -> Problem {
    Problem::field(
        "/contract",
        "there is no contract of that code; /api/v1/contracts lists them",
    )
}

async fn find_contract(
    host: &Host,
    caller: &Caller,
    name: &str,
) -> Result<Option<Contract>, Problem> {
    let owner = &caller.manufacturer;
    let tree = caller.tree(host).await?;
    let tree = tree.as_deref();
    let by_code = host.store.contract_by_code(owner, name).await?;
    if let Some(found) = seen(host, caller, tree, by_code).await? {
        return Ok(Some(found));
    }
    let by_id = host.store.contract(owner, &ContractId::from(name)).await?;
    seen(host, caller, tree, by_id).await
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
    let found = find_partner(host, caller, name).await?;
    found.ok_or_else(|| Problem::not_found("partner"))
}

/// The same, where a body names it at `/partner`.
pub async fn partner_of_body(host: &Host, caller: &Caller, name: &str) -> Result<Partner, Problem> {
    let found = find_partner(host, caller, name).await?;
    found.ok_or_else(|| {
        let message = "there is no partner of that code; /api/v1/partners lists them";
        Problem::field("/partner", message)
    })
}

async fn find_partner(
    host: &Host,
    caller: &Caller,
    name: &str,
) -> Result<Option<Partner>, Problem> {
    let owner = &caller.manufacturer;
    let tree = caller.tree(host).await?;
    let is_seen = |found: &Partner| tree.as_ref().is_none_or(|tree| tree.contains(&found.id));
    let by_code = host.store.partner_by_code(owner, name).await?;
    if let Some(found) = by_code.filter(is_seen) {
        return Ok(Some(found));
    }
    let by_id = host.store.partner(owner, &PartnerId::from(name)).await?;
    Ok(by_id.filter(is_seen))
}
