//! Requests, by route and how they were answered.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::Gauge;

use super::Instrument;

const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];
/// What stands for a method that the API does not know.
const OTHER: &str = "other";

const ANSWERED: Instrument = Instrument::counter(
    "stellwerk_requests_total",
    &["method", "route", "status"],
    "Requests answered; the route as in the OpenAPI document, empty where there is none \
     or the request was refused for lack of room.",
);
const SECONDS_TAKEN: Instrument = Instrument::histogram(
    "stellwerk_request_seconds",
    &SECONDS,
    &["method", "route"],
    "From a request's headers to its answer.",
);
const OPEN: Instrument = Instrument::gauge(
    "stellwerk_requests_open",
    &[],
    "Requests that are being answered.",
);

pub const GROUP: [Instrument; 3] = [ANSWERED, SECONDS_TAKEN, OPEN];

static OPEN_NOW: LazyLock<Gauge> = LazyLock::new(|| OPEN.level(&[]));

/// A request that is being answered, until it is dropped.
pub struct Open(());

/// A request has come.
pub fn begun() -> Open {
    OPEN_NOW.increment(1);
    Open(())
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN_NOW.decrement(1);
    }
}

/// A request has been answered. `route` is a route's pattern, never a path.
pub fn answered(method: &str, route: &str, status: u16, taken: Duration) {
    count(method, route, status);
    SECONDS_TAKEN.measure(&[known(method), route]).record(taken);
}

/// A request was refused at the door: nothing was done that could have taken time.
pub fn refused(method: &str, status: u16) {
    count(method, "", status);
}

fn count(method: &str, route: &str, status: u16) {
    ANSWERED
        .count(&[known(method), route, &status.to_string()])
        .increment(1);
}

fn known(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        // Callers may make up any.
        _ => OTHER,
    }
}
