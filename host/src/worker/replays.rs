//! Recorded decisions are asked again all the time, any of them, and nobody waits for it.

use std::time::{Duration, Instant};

use super::pace::Pace;
use crate::host::Host;
use crate::metrics;
use crate::proof::Sampler;

/// How long it is at least until the next one.
const EVERY: Duration = Duration::from_secs(2);
/// What asking one took is followed by a rest that many times as long: it takes a
/// twentieth of a processor.
const REST_FACTOR: u32 = 20;
/// But no longer: where rules are compiled first, the next one finds them ready.
const REST_MAX: Duration = Duration::from_secs(30);

/// Asks until told to stop.
pub async fn run(host: &Host, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut pace = Pace::new(EVERY);
    let mut sampler = Sampler::default();
    loop {
        let begin = Instant::now();
        let asked = tokio::select! {
            biased;
            () = &mut stop => return,
            asked = sampler.one(host) => asked,
        };
        let pause = match asked {
            Ok(_) => pace
                .rest()
                .max((begin.elapsed() * REST_FACTOR).min(REST_MAX)),
            Err(error) => {
                metrics::proof::failed(error.code());
                pace.back_off()
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
