//! Decisions are closed under seals, batch by batch.

use std::sync::Arc;
use std::time::Duration;

use super::pace::Pace;
use crate::host::Host;
use crate::metrics;
use crate::proof::{self, KeyPlace, SigningKey, seal};

/// How decisions are sealed.
#[derive(Debug)]
pub struct Sealing {
    /// How long decisions are gathered.
    pub every: Duration,
    pub key: KeyPlace,
}

/// Seals until `stop` is done.
pub(super) async fn run(host: &Host, sealing: &Sealing, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut pace = Pace::new(sealing.every);
    let mut key = None;
    loop {
        let pause = match seal(host, sealing, &mut key).await {
            Ok(0) => pace.rest(),
            Ok(decisions) => {
                metrics::worker::decisions_sealed(decisions);
                // There may be more than one seal closes.
                match decisions < proof::DECISIONS_MAX {
                    true => pace.rest(),
                    false => Duration::ZERO,
                }
            }
            Err(error) => {
                let pause = pace.back_off();
                metrics::worker::sealing_failed(error.code());
                tracing::error!(
                    code = error.code(),
                    pause_ms = pause.as_millis() as u64,
                    "decisions are not sealed now: {error}"
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

async fn seal(
    host: &Host,
    sealing: &Sealing,
    kept: &mut Option<Arc<SigningKey>>,
) -> Result<usize, proof::Error> {
    let key = match kept {
        Some(key) => key.clone(),
        None => {
            let key = sealing.key.key(&host.store, host.clock.now()).await?;
            kept.insert(key).clone()
        }
    };
    seal::seal_waiting(host, &key).await
}
