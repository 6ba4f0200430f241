//! Candidates are asked beside what is in force, and nobody waits for it.

use std::time::{Duration, Instant};

use super::ended_of;
use super::pace::Pace;
use crate::host::Host;
use crate::metrics;
use crate::pay;

/// How long it is at least until the next look at what candidates would have paid.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A look is followed by a rest that many times as long: it takes a twentieth of a
/// processor at most.
const REST_FACTOR: u32 = 20;

/// Asks until told to stop.
pub async fn run(host: &Host, ended: &tokio::sync::watch::Sender<()>) {
    tokio::join!(host.ask_asides(ended_of(ended)), compare(host, ended));
}

async fn compare(host: &Host, ended: &tokio::sync::watch::Sender<()>) {
    let stop = ended_of(ended);
    tokio::pin!(stop);
    let mut pace = Pace::new(LOOK_EVERY);
    loop {
        let begin = Instant::now();
        // Half of a look may be left undone: nothing rests on it.
        let compared = tokio::select! {
            biased;
            () = &mut stop => return,
            compared = pay::compare_waiting(host) => compared,
        };
        let pause = match compared {
            Ok(failed) => {
                failed
                    .into_iter()
                    .for_each(metrics::candidates::not_computed);
                pace.rest().max(begin.elapsed() * REST_FACTOR)
            }
            Err(error) => {
                tracing::warn!(
                    code = error.code(),
                    "what candidates would have paid is looked for again: {error}"
                );
                pace.back_off()
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
