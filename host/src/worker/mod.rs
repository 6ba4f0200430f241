//! What happens without anybody asking: due deadlines are worked, events paid,
//! periods closed, old answers forgotten.

mod answers;
mod deadlines;
mod money;
mod settings;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::watch;

use self::deadlines::work_lease;
use crate::domain::time::Micros;
use crate::host::Host;

pub use deadlines::work_due;
pub use settings::WorkerSettings;

/// Works what is due until `stop` is done; what was leased by then is worked to
/// its end. Money has a loop of its own: a long lane holds no deadline up.
pub async fn run(host: Host, settings: WorkerSettings, stop: impl Future<Output = ()>) {
    let (ended, _) = watch::channel(());
    tokio::join!(
        work(&host, &settings, ended_of(&ended)),
        money::run(&host, &settings, ended_of(&ended)),
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
    loop {
        let now = host.clock.now();
        if now >= forget_at {
            if let Err(error) = answers::forget_old(host).await {
                tracing::error!("old answers could not be forgotten: {error}");
            }
            forget_at = Micros(now.0.saturating_add(answers::EVERY_MICROS));
        }
        let pause = match work_lease(host, settings).await {
            Ok(0) => settings.poll(),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!("due deadlines could not be leased: {error}");
                settings.poll()
            }
        };
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
