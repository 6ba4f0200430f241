//! What happens without anybody asking: due deadlines are worked, events paid,
//! periods closed, generations that do harm taken out, candidates asked, decisions
//! sealed and asked again, contracts taken into use, their changes followed, old answers
//! forgotten, files cleaned of what was erased.

mod answers;
mod candidates;
mod deadlines;
mod erasures;
mod generations;
mod hosts;
mod money;
mod pace;
mod replays;
mod seals;
mod settings;
mod start;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::watch;

use self::deadlines::work_lease;
use self::pace::Pace;
use crate::clock::Steps;
use crate::domain::host::HostRecord;
use crate::domain::time::Micros;
use crate::host::Host;

pub use deadlines::work_due;
pub use seals::Sealing;
pub use settings::WorkerSettings;

/// Works what is due until `stop` is done; what was leased by then is worked to
/// its end. Money and generations have loops of their own: a long lane holds no
/// deadline up. `this` is how the host goes on record.
pub async fn run(
    host: Host,
    this: HostRecord,
    settings: WorkerSettings,
    sealing: Sealing,
    stop: impl Future<Output = ()>,
) {
    let (ended, _) = watch::channel(());
    let money = {
        let (host, stop) = (host.clone(), ended_of(&ended));
        // A task of its own: a turn of the lane keeps its thread, and may wait for what
        // somebody else is reading, who must not wait for the same task.
        tokio::spawn(async move { money::run(&host, &settings, stop).await })
    };
    tokio::join!(
        work(&host, &settings, ended_of(&ended)),
        async {
            if let Err(error) = money.await
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        },
        generations::run(&host, &settings, ended_of(&ended)),
        candidates::run(&host, &ended),
        start::run(&host, ended_of(&ended)),
        replays::run(&host, ended_of(&ended)),
        seals::run(&host, &sealing, ended_of(&ended)),
        erasures::run(&host, ended_of(&ended)),
        hosts::follow(&host, &settings, ended_of(&ended)),
        hosts::record(&host, this, &settings, ended_of(&ended)),
        async {
            stop.await;
            ended.send_replace(());
        },
    );
}

/// Is done when the worker has been told to stop.
fn ended_of(ended: &watch::Sender<()>) -> impl Future<Output = ()> + use<> {
    let mut ended = ended.subscribe();
    async move {
        // The sender going away means the same.
        let _ = ended.changed().await;
    }
}

async fn work(host: &Host, settings: &WorkerSettings, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut forget_at = Micros(0);
    let mut pace = Pace::new(settings.poll());
    let mut steps = Steps::of(&host.clock);
    loop {
        if let Some(step) = steps.look() {
            tracing::warn!(
                seconds = step / 1_000_000,
                "the machine's clock was set, or the machine has slept; what is due goes by the clock"
            );
        }
        let now = host.clock.now();
        if now >= forget_at {
            if let Err(error) = answers::forget_old(host).await {
                tracing::error!("old answers could not be forgotten: {error}");
            }
            forget_at = Micros(now.0.saturating_add(answers::EVERY_MICROS));
        }
        let pause = match work_lease(host, settings).await {
            Ok(0) => pace.rest(),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                let pause = pace.back_off();
                tracing::error!(
                    code = error.code(),
                    pause_ms = pause.as_millis() as u64,
                    "what is due could not be worked, and is looked for again: {error}"
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
