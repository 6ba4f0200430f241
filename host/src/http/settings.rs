//! What a server takes from its callers at most.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::network::Networks;

/// Limits of the way in over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpSettings {
    /// Open connections; more wait to be taken.
    pub connections_max: usize,
    /// Of these, from one address.
    pub connections_per_address_max: usize,
    /// Requests that are worked at once …
    pub requests_at_once_max: usize,
    /// … and that wait for their turn; more are refused.
    pub requests_waiting_max: usize,
    /// From a request's headers to its answer.
    pub request_seconds_max: u64,
    pub body_bytes_max: usize,
    pub headers_max: usize,
    /// All headers of a request together.
    pub header_bytes_max: usize,
    /// From the first byte of a request, or the end of the one before, to the
    /// end of its headers.
    pub header_seconds_max: u64,
    /// How long a caller may take nothing of its answer.
    pub unread_seconds_max: u64,
    /// What is still under way that long after the server was asked to stop is
    /// broken off.
    pub stop_seconds_max: u64,
    /// Requests with one token, in the long run; 0: as many as it likes …
    pub token_requests_per_second: u32,
    /// … and at once after a pause.
    pub token_requests_at_once: u32,
    /// Requests from one address, in the long run; 0: as many as it likes …
    pub address_requests_per_second: u32,
    /// … and at once after a pause.
    pub address_requests_at_once: u32,
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Networks,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            connections_per_address_max: 1_024,
            requests_at_once_max: 64,
            requests_waiting_max: 160,
            request_seconds_max: 30,
            body_bytes_max: 1024 * 1024,
            headers_max: 100,
            header_bytes_max: 16 * 1024,
            header_seconds_max: 60,
            unread_seconds_max: 30,
            stop_seconds_max: 40,
            token_requests_per_second: 200,
            token_requests_at_once: 1_000,
            address_requests_per_second: 400,
            address_requests_at_once: 2_000,
            trusted_proxies: Networks::default(),
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

    pub(super) fn unread_time(&self) -> Duration {
        Duration::from_secs(self.unread_seconds_max)
    }

    pub(super) fn stop_time(&self) -> Duration {
        Duration::from_secs(self.stop_seconds_max)
    }
}
