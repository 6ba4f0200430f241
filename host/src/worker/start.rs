//! A host that has started takes contracts into use before anybody asks for them: so it
//! can say what it runs, and their first leads need not wait for it.
//!
//! Nobody waits for this, and what it takes from requests is bounded. Of time: one
//! contract is loaded after the other, so that three of the four loads that the engine
//! does at once are left to requests, and then none for three times as long as that
//! took. A request for the very contract shares what is loaded. Of memory: a policy with
//! its configuration and terms is native code of its own, 1.9 MiB on average (40
//! contracts with three each took 230 MiB, and 9 s), and what is loaded stays; so nothing
//! more is loaded where [`LIVE_MAX`] are there, and other contracts are taken into use by
//! their first requests, as ever.

use std::time::Instant;

use crate::host::Host;

/// Contracts that are looked at.
const CONTRACTS_MAX: u32 = 500;
/// Policies with their configurations that this host may hold for it to go on: about
/// 190 MiB.
const LIVE_MAX: usize = 100;
/// Times as long as loading took, in which nothing is loaded.
const REST: u32 = 3;

/// Takes into use what contracts have in force, or as much of it as is done by `stop`.
pub(super) async fn run(host: &Host, stop: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        () = stop => {}
        () = take_into_use(host, LIVE_MAX) => {}
    }
}

/// Goes on while less than `live_max` policies are loaded.
pub(super) async fn take_into_use(host: &Host, live_max: usize) {
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
        if host.engine.live() >= live_max {
            tracing::info!(
                "{live_max} policies are loaded; other contracts are taken into use by their \
                 first requests"
            );
            return;
        }
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
