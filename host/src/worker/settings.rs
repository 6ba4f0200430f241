//! How the worker takes what is due.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Leases of due deadlines, and the pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkerSettings {
    /// How often what is due is looked for.
    pub poll_ms: u64,
    /// Deadlines in one lease.
    pub leased_at_once: u32,
    /// How long a host may take over deadlines, and be at a contract's money
    /// without giving a sign; then another one takes over.
    pub lease_seconds: u32,
    /// When a deadline that could not be worked is tried again.
    pub retry_seconds: u32,
    /// How often contracts are looked at for changes that were not heard of.
    pub contracts_poll_ms: u64,
    /// How long generations that were replaced may still be used before that is
    /// told.
    pub drain_seconds: u32,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            poll_ms: 500,
            leased_at_once: 64,
            lease_seconds: 60,
            retry_seconds: 30,
            contracts_poll_ms: 2_000,
            drain_seconds: 60,
        }
    }
}

impl WorkerSettings {
    pub(super) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    pub(super) fn contracts_poll(&self) -> Duration {
        Duration::from_millis(self.contracts_poll_ms)
    }

    pub(super) fn drain_micros(&self) -> i64 {
        i64::from(self.drain_seconds) * 1_000_000
    }

    pub fn lease_micros(&self) -> i64 {
        i64::from(self.lease_seconds) * 1_000_000
    }

    pub(super) fn retry_micros(&self) -> i64 {
        i64::from(self.retry_seconds) * 1_000_000
    }
}
