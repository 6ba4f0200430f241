//! Due deadlines: leased, worked, and tried again when that failed.

use std::future::Future;
use std::time::Duration;

use crate::domain::ids::DeadlineId;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::routing::due::{self, Leased};
use crate::store;

/// Deadlines in one lease.
const LEASED_AT_ONCE: u32 = 64;
/// How long a host may take; then another one takes over.
const LEASE_MICROS: i64 = 60_000_000;
/// When a deadline that could not be worked is tried again.
const RETRY_MICROS: i64 = 30_000_000;
/// How often the list is looked at.
const POLL: Duration = Duration::from_millis(500);

/// Works due deadlines until `stop` is done.
pub async fn run(host: Host, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = work_due(&host).await {
            tracing::error!("due deadlines could not be leased: {error}");
        }
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Works everything that is due now. Answers how many deadlines that were.
pub async fn work_due(host: &Host) -> Result<usize, store::Error> {
    let mut worked = 0;
    loop {
        let now = host.clock.now();
        let lease: DeadlineId = host.ids.next(now);
        let until = Micros(now.0.saturating_add(LEASE_MICROS));
        let due = host
            .store
            .lease_due(now, until, lease.as_str(), LEASED_AT_ONCE)
            .await?;
        if due.is_empty() {
            return Ok(worked);
        }
        for deadline in due {
            let leased = Leased {
                deadline,
                lease: lease.as_str().to_owned(),
            };
            if let Err(error) = due::work(host, &leased).await {
                tracing::error!(
                    deadline = %leased.deadline.id,
                    key = leased.deadline.key,
                    "a due deadline could not be worked: {error}"
                );
                let again = Micros(now.0.saturating_add(RETRY_MICROS));
                host.store.release_lease(&leased.deadline, again).await?;
            }
            worked += 1;
        }
    }
}
