//! Due deadlines: leased, worked, and tried again when that failed.

use super::settings::WorkerSettings;
use crate::domain::deadline::{Leased, Subject};
use crate::domain::ids::DeadlineId;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::metrics;
use crate::pay;
use crate::routing::due;
use crate::store;

/// Works everything that is due now. Answers how many deadlines that were.
pub async fn work_due(host: &Host) -> Result<usize, store::Error> {
    let settings = WorkerSettings::default();
    let mut worked = 0;
    loop {
        match work_lease(host, &settings).await? {
            0 => return Ok(worked),
            more => worked += more,
        }
    }
}

/// Leases some of what is due and works it. Answers how many deadlines that
/// were.
pub async fn work_lease(host: &Host, settings: &WorkerSettings) -> Result<usize, store::Error> {
    let now = host.clock.now();
    let lease: DeadlineId = host.ids.next(now);
    let until = Micros(now.0.saturating_add(settings.lease_micros()));
    let due = host
        .store
        .lease_due(now, until, lease.as_str(), settings.leased_at_once)
        .await?;
    let worked = due.len();
    for deadline in due {
        let leased = Leased {
            deadline,
            lease: lease.as_str().to_owned(),
        };
        if let Err(error) = work(host, &leased).await {
            metrics::worker::deadline_failed();
            tracing::error!(
                deadline = %leased.deadline.id,
                key = leased.deadline.key,
                "a due deadline could not be worked: {error}"
            );
            let again = Micros(now.0.saturating_add(settings.retry_micros()));
            host.store.release_lease(&leased, again).await?;
        } else {
            metrics::worker::deadline_worked();
        }
    }
    Ok(worked)
}

/// What is due, by whose it is. Errors are for the log alone.
async fn work(
    host: &Host,
    leased: &Leased,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match leased.deadline.subject {
        Subject::Compensation { .. } => pay::wake(host, leased).await?,
        _ => due::work(host, leased).await?,
    }
    Ok(())
}
