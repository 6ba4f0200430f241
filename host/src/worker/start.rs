//! A host that has started takes contracts into use before anybody asks for them: so it
//! can say what it runs, and their first leads need not wait for it.
//!
//! Nobody waits for this, and what it takes from requests is bounded. One contract is
//! loaded after the other, so that three of the four that the engine loads at once are
//! left to requests; and then nothing for three times as long as that took, so that it
//! is at work for a quarter of the time at most. A request for the very contract shares
//! what is loaded. What a host holds grows to what it would if every contract had had a
//! lead, a third of a MiB each where nothing is shared, up to [`CONTRACTS_MAX`].

use std::time::Instant;

use crate::host::Host;

/// Contracts that are taken into use; those beyond are with their first request.
const CONTRACTS_MAX: u32 = 500;
/// Times as long as loading took, in which nothing is loaded.
const REST: u32 = 3;

/// Takes into use what contracts have in force, or as much of it as is done by `stop`.
pub(super) async fn run(host: &Host, stop: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        () = stop => {}
        () = take_into_use(host) => {}
    }
}

async fn take_into_use(host: &Host) {
    let contracts = match host.store.first_contracts(CONTRACTS_MAX).await {
        Ok(contracts) => contracts,
        Err(error) => {
            tracing::warn!(
                code = error.code(),
                "contracts are taken into use by their first requests: {error}"
            );
            return;
        }
    };
    for contract in contracts {
        let begun = Instant::now();
        // Whoever needs it is told what is wrong with it.
        if let Err(error) = host.contract(&contract.manufacturer, &contract.id).await {
            tracing::debug!(
                contract = contract.code,
                "its first request takes it into use: {error}"
            );
        }
        tokio::time::sleep(begun.elapsed() * REST).await;
    }
}
