//! What a server takes from its callers at most.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of the way in over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpSettings {
    /// Open connections; more wait to be taken.
    pub connections_max: usize,
    /// From a request's headers to its answer.
    pub request_seconds_max: u64,
    pub body_bytes_max: usize,
    /// All headers of a request together.
    pub header_bytes_max: usize,
    /// From the first byte of a request, or the end of the one before, to the
    /// end of its headers.
    pub header_seconds_max: u64,
    /// What is still under way that long after the server was asked to stop is
    /// broken off.
    pub stop_seconds_max: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            request_seconds_max: 30,
            body_bytes_max: 1024 * 1024,
            header_bytes_max: 16 * 1024,
            header_seconds_max: 60,
            stop_seconds_max: 40,
        }
    }
}

impl HttpSettings {
    pub(super) fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds_max)
    }

    pub(super) fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_seconds_max)
    }

    pub(super) fn stop_time(&self) -> Duration {
        Duration::from_secs(self.stop_seconds_max)
    }
}
