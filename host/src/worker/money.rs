//! Money: events are paid as they come, and periods closed when their time has
//! come.

use std::time::{Duration, Instant};

use super::settings::WorkerSettings;
use crate::host::Host;
use crate::pay;

/// How often periods are looked at.
const CLOSE_EVERY: Duration = Duration::from_secs(60);

/// Pays and closes until `stop` is done.
pub async fn run(host: &Host, settings: &WorkerSettings, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut looked_at: Option<Instant> = None;
    loop {
        if let Err(error) = pay::pay_waiting(host).await {
            tracing::error!("no event can be paid now: {error}");
        }
        if looked_at.is_none_or(|at| at.elapsed() >= CLOSE_EVERY) {
            looked_at = Some(Instant::now());
            if let Err(error) = pay::close_due(host).await {
                tracing::error!("no period can be closed now: {error}");
            }
        }
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(settings.poll()) => {}
        }
    }
}
