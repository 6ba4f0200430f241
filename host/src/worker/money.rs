//! Money: events are paid as they come, and periods closed when their time has
//! come.

use std::time::{Duration, Instant};

use super::pace::Pace;
use super::settings::WorkerSettings;
use crate::host::Host;
use crate::pay;

/// How often periods are looked at.
const CLOSE_EVERY: Duration = Duration::from_secs(60);

/// Pays and closes until `stop` is done.
pub async fn run(host: &Host, settings: &WorkerSettings, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut looked_at: Option<Instant> = None;
    let mut pace = Pace::new(settings.poll());
    loop {
        let pause = match pay::pay_waiting(host).await {
            Ok(_) => pace.rest(),
            Err(error) => {
                let pause = pace.back_off();
                tracing::error!(
                    code = error.code(),
                    pause_ms = pause.as_millis() as u64,
                    "no event can be paid now: {error}"
                );
                pause
            }
        };
        if looked_at.is_none_or(|at| at.elapsed() >= CLOSE_EVERY) {
            looked_at = Some(Instant::now());
            if let Err(error) = pay::close_due(host).await {
                tracing::error!("no period can be closed now: {error}");
            }
        }
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
