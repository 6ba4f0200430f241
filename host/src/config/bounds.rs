//! Between which numbers a setting may lie.

use serde_json::Value;

use crate::policy::limits::Limits;
use crate::{http, telemetry};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The least and the most of a setting that is a number.
fn bounds(key: &str) -> Option<(u64, u64)> {
    Some(match key {
        "http.connections-max" => (1, 100_000),
        "http.connections-per-address-max" => (1, 100_000),
        "http.requests-at-once-max" => (1, 100_000),
        "http.requests-waiting-max" => (0, 100_000),
        "http.request-seconds-max" => (1, 3_600),
        "http.body-bytes-max" => (KIB, 64 * MIB),
        "http.headers-max" => (8, 1_000),
        "http.header-bytes-max" => (KIB, 256 * KIB),
        "http.header-seconds-max" => (1, 300),
        "http.unread-seconds-max" => (1, 3_600),
        // 0: no limit.
        "http.token-requests-per-second" | "http.address-requests-per-second" => (0, 1_000_000),
        "http.token-requests-at-once" | "http.address-requests-at-once" => (1, 1_000_000),
        "http.stop-seconds-max" => (1, 3_600),
        "store.connections-max" => (2, 1_000),
        "store.acquire-seconds-max" => (1, 300),
        "store.answer-seconds-max" => (1, 300),
        "store.waiting-max" => (1, 1_000_000),
        // Statements that read for a whole group are laid out for that many.
        "store.group-max" => (1, 256),
        "worker.leased-at-once" => (1, 1_000),
        "worker.lease-seconds" => (1, 3_600),
        "worker.retry-seconds" => (1, 86_400),
        "worker.poll-ms" => (10, 60_000),
        "worker.contracts-poll-ms" => (100, 600_000),
        "worker.drain-seconds" => (1, 86_400),
        "seals.every-ms" => (10, 3_600_000),
        "traces.per-thousand" => (0, 1_000),
        "engine.slots" => (1, 1_024),
        "engine.waiting-max" => (1, 1_000_000),
        "engine.waiting-ms-max" => (1, 60_000),
        other => {
            let (place, limit) = other.rsplit_once('.')?;
            let is_limit = place == "engine.limits" || place.starts_with("engine.kinds.");
            return is_limit.then(|| limit_bounds(limit)).flatten();
        }
    })
}

/// A host may lower what its policies get; the engine is laid out for no more.
fn limit_bounds(limit: &str) -> Option<(u64, u64)> {
    let most = Limits::INTERPRETED;
    Some(match limit {
        "fuel" => (1, most.fuel),
        "fuel-per-row" => (0, most.fuel_per_row),
        "wall-clock-ms" => (10, most.wall_clock_ms),
        "memory-bytes" => (64 * KIB, most.memory_bytes),
        "input-bytes" => (KIB, most.input_bytes),
        "output-bytes" => (KIB, most.output_bytes),
        "output-bytes-per-row" => (0, most.output_bytes_per_row),
        _ => return None,
    })
}

/// Refuses a number outside its bounds, and a filter or endpoint that is none.
pub fn check(key: &str, value: Option<&Value>) -> Result<(), String> {
    match (key, value.and_then(Value::as_str)) {
        ("log.filter", Some(filter)) => return telemetry::check_filter(filter),
        ("public-url", Some(url)) => return http::check_public_url(url),
        ("traces.endpoint", Some(endpoint)) => return telemetry::check_endpoint(endpoint),
        _ => {}
    }
    let (Some((least, most)), Some(number)) = (bounds(key), value.and_then(Value::as_u64)) else {
        return Ok(());
    };
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(format!("takes {least} to {most}, not {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{defaults, layers::keys};

    #[test]
    fn every_number_has_bounds_and_a_default_between_them() {
        let defaults = defaults();
        for key in keys(&defaults) {
            let value = defaults.pointer(&format!("/{}", key.replace('.', "/")));
            if value.is_some_and(Value::is_number) {
                assert!(bounds(&key).is_some(), "{key} has no bounds");
                assert_eq!(check(&key, value), Ok(()), "{key}");
            }
        }
    }
}
