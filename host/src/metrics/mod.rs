//! What a server counts and measures of itself, for whoever watches over it.
//!
//! Architecture invariants: every instrument stands in a group of its own file
//! here, and nothing else registers one; no label holds a person, or a value
//! that callers can make up. Until [`begin`] nothing is counted, and counting
//! costs nothing. `host/metrics.md` is the list as people read it.

pub mod calls;
pub mod candidates;
pub mod commits;
pub mod contracts;
mod instrument;
pub mod persons;
pub mod process;
pub mod proof;
pub mod requests;
pub mod store;
#[cfg(test)]
mod tests;
pub mod trials;
pub mod worker;

use std::sync::OnceLock;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::instrument::{Instrument, Kind};

/// Every instrument there is.
pub fn all() -> impl Iterator<Item = &'static Instrument> {
    [
        &requests::GROUP[..],
        &calls::GROUP,
        &candidates::GROUP,
        &commits::GROUP,
        &store::GROUP,
        &contracts::GROUP,
        &worker::GROUP,
        &trials::GROUP,
        &proof::GROUP,
        &persons::GROUP,
        &process::GROUP,
    ]
    .into_iter()
    .flatten()
}

/// What has been counted so far.
#[derive(Clone)]
pub struct Counted(PrometheusHandle);

impl Counted {
    /// As text that Prometheus reads.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Puts what was measured into its buckets. Has to be done every few seconds,
    /// so that measurements do not pile up while nobody asks for them.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

/// Begins to count, once for the process.
///
/// # Errors
/// Buckets that cannot be: a fault of the lists here.
pub fn begin() -> Result<Counted, BuildError> {
    static COUNTED: OnceLock<Counted> = OnceLock::new();
    if let Some(counted) = COUNTED.get() {
        return Ok(counted.clone());
    }
    let mut builder = PrometheusBuilder::new();
    for instrument in all() {
        if let Kind::Histogram(buckets) = instrument.kind {
            let name = Matcher::Full(instrument.name.to_owned());
            builder = builder.set_buckets_for_metric(name, buckets)?;
        }
    }
    let recorder = builder.build_recorder();
    let counted = COUNTED.get_or_init(|| Counted(recorder.handle())).clone();
    // Of two that race here the second finds the place taken, and counts nothing.
    if metrics::set_global_recorder(recorder).is_ok() {
        for instrument in all() {
            instrument.begin();
        }
        process::begin();
    }
    Ok(counted)
}
