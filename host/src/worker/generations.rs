//! Generations that do harm are taken out: those that fail too often, and canaries
//! that a gate says no to.

use std::time::{Duration, Instant};

use super::pace::Pace;
use super::settings::WorkerSettings;
use crate::contracts;
use crate::contracts::binding;
use crate::host::Host;

/// How often canaries are looked at.
const GATES_EVERY: Duration = Duration::from_secs(5);

/// Looks after generations until `stop` is done.
pub async fn run(host: &Host, settings: &WorkerSettings, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut pace = Pace::new(settings.poll());
    let mut looked_at: Option<Instant> = None;
    loop {
        let looked = match looked_at.is_none_or(|at| at.elapsed() >= GATES_EVERY) {
            true => {
                looked_at = Some(Instant::now());
                look_at_canaries(host).await
            }
            false => Ok(()),
        };
        let pause = match looked.and(look_at_failing(host).await) {
            Ok(()) => pace.rest(),
            Err(error) => {
                let pause = pace.back_off();
                tracing::error!(
                    code = error.code(),
                    pause_ms = pause.as_millis() as u64,
                    "generations cannot be looked after now: {error}"
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

/// Takes out what has failed too often.
pub(super) async fn look_at_failing(host: &Host) -> Result<(), contracts::Error> {
    for decider in host.failing() {
        unless_gone(binding::quarantine(host, &decider).await)?;
    }
    Ok(())
}

/// Takes canaries back that a gate says no to.
pub(super) async fn look_at_canaries(host: &Host) -> Result<(), contracts::Error> {
    let now = host.clock.now();
    for (manufacturer, contract) in host.store.contracts_with_canaries(now).await? {
        unless_gone(binding::watch(host, &manufacturer, &contract).await)?;
    }
    Ok(())
}

/// A contract that is gone keeps no other waiting.
fn unless_gone<T>(done: Result<T, contracts::Error>) -> Result<(), contracts::Error> {
    match done {
        Ok(_) | Err(contracts::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
