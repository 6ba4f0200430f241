//! Persons are forgotten whose time is over by the terms. The database's files are cleaned
//! of what was erased where whoever erased it could not do so, or was cut off before; and
//! what was erased is listed likewise.

use std::time::Duration;

use super::pace::Pace;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::metrics;
use crate::persons::list::{List, agree};
use crate::persons::retention;
use crate::store;

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(10);
/// Whoever erases cleans up as well, and is at it for so long at most.
const OWN_MICROS: i64 = 60 * 1_000_000;

/// How often persons are looked for whose time is over, and the list is compared with what
/// was erased.
const ROUND_EVERY_MICROS: i64 = 60 * 60 * 1_000_000;

/// Forgets and cleans until `stop` is done.
pub(super) async fn run(host: &Host, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut pace = Pace::new(EVERY);
    let mut round_at = Micros(i64::MIN);
    loop {
        let now = host.clock.now();
        if now >= round_at {
            retain(host).await;
            list(host).await;
            round_at = Micros(now.0.saturating_add(ROUND_EVERY_MICROS));
        }
        let pause = match wipe(host).await {
            Ok(()) => pace.rest(),
            Err(error) => {
                metrics::persons::wiping_failed(error.code());
                let pause = pace.back_off();
                tracing::warn!(
                    code = error.code(),
                    pause_ms = pause.as_millis() as u64,
                    "what was erased may still lie in the database's files: {error}"
                );
                pause
            }
        };
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn wipe(host: &Host) -> Result<(), store::Error> {
    let before = Micros(host.clock.now().0.saturating_sub(OWN_MICROS));
    match host.store.is_to_wipe(before).await? {
        // By which words it would be seen that nothing is left, nobody knows any more.
        true => host.store.wipe(None).await,
        false => Ok(()),
    }
}

async fn retain(host: &Host) {
    if let Err(error) = retention::run(host).await {
        metrics::persons::retention_failed(error.code());
        tracing::error!(
            code = error.code(),
            "persons whose time is over are not forgotten yet: {error}"
        );
    }
}

async fn list(host: &Host) {
    let Some(list) = List::of(host) else { return };
    if let Err(error) = agree(host, &list).await {
        metrics::persons::listing_failed();
        tracing::error!("the list of erasures cannot be kept: {error}");
    }
}
