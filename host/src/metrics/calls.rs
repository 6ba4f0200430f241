//! Calls of policies: how many, how long, how much fuel, and what failed.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::{Counter, Histogram};

use super::Instrument;
use super::contracts::bounded;

const SECONDS: [f64; 12] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.05, 0.1, 0.25,
];
/// The functions that policies have, each with its place in the lists below.
const FUNCTIONS: [&str; 6] = ["assess", "rank", "escalate", "admit", "award", "settle"];

const CALLS: Instrument = Instrument::counter(
    "stellwerk_calls_total",
    &["function", "outcome"],
    "Calls of policies; the outcome is ok, not-applicable, or an error's code.",
);
const SECONDS_TAKEN: Instrument = Instrument::histogram(
    "stellwerk_call_seconds",
    &SECONDS,
    &["function"],
    "A call with its sandbox, without the wait for a slot.",
);
const FUEL: Instrument = Instrument::counter(
    "stellwerk_call_fuel_total",
    &["function"],
    "Fuel that calls have used.",
);
const WAITED: Instrument = Instrument::histogram(
    "stellwerk_call_wait_seconds",
    &SECONDS,
    &[],
    "How long a call has waited for a slot.",
);
const FAILURES: Instrument = Instrument::counter(
    "stellwerk_policy_failures_total",
    &["manufacturer", "contract", "slot", "code"],
    "Questions that a binding did not answer, by the error's code.",
);
const SLOTS: Instrument = Instrument::gauge(
    "stellwerk_call_slots",
    &[],
    "Calls that can run at once on this host.",
);
const RUNNING: Instrument = Instrument::gauge(
    "stellwerk_calls_running",
    &[],
    "Calls that run: slots in use.",
);
const WAITING: Instrument = Instrument::gauge(
    "stellwerk_calls_waiting",
    &[],
    "Calls that wait for a slot.",
);
const POOLED: Instrument = Instrument::gauge(
    "stellwerk_sandboxes_pooled",
    &[],
    "1 where sandboxes come from a pool; 0 where address space was short, and a call costs about 1.6 times as much.",
);

pub const GROUP: [Instrument; 9] = [
    CALLS,
    SECONDS_TAKEN,
    FUEL,
    WAITED,
    FAILURES,
    SLOTS,
    RUNNING,
    WAITING,
    POOLED,
];

/// What every call counts, kept so that nothing is looked up for it.
struct Function {
    answered: Counter,
    seconds: Histogram,
    fuel: Counter,
}

static FUNCTIONS_COUNTED: LazyLock<[Function; FUNCTIONS.len()]> = LazyLock::new(|| {
    FUNCTIONS.map(|function| Function {
        answered: CALLS.count(&[function, "ok"]),
        seconds: SECONDS_TAKEN.measure(&[function]),
        fuel: FUEL.count(&[function]),
    })
});
static WAITED_FOR: LazyLock<Histogram> = LazyLock::new(|| WAITED.measure(&[]));

/// A call has ended. `outcome` is of a receipt.
pub fn ended(function: &'static str, outcome: &'static str, taken: Duration, fuel: u64) {
    let place = FUNCTIONS.iter().position(|known| *known == function);
    let Some(counted) = place.and_then(|place| FUNCTIONS_COUNTED.get(place)) else {
        return;
    };
    match outcome {
        "ok" => counted.answered.increment(1),
        _ => CALLS.count(&[function, outcome]).increment(1),
    }
    counted.seconds.record(taken);
    counted.fuel.increment(fuel);
}

/// A call was turned away: no slot has become free in time.
pub fn turned_away(function: &'static str, outcome: &'static str) {
    CALLS.count(&[function, outcome]).increment(1);
}

/// A call has got its slot, or has been turned away.
pub fn waited(waited: Duration) {
    WAITED_FOR.record(waited);
}

/// What is bound to a slot gave no answer.
pub fn failed(manufacturer: &str, contract: &str, slot: &str, code: &'static str) {
    let (manufacturer, contract) = bounded(manufacturer, contract);
    FAILURES
        .count(&[&manufacturer, &contract, slot, code])
        .increment(1);
}

/// How the slots of this host are now.
pub fn slots(slots: usize, running: usize, waiting: usize, pooled: bool) {
    SLOTS.level(&[]).set(slots as f64);
    RUNNING.level(&[]).set(running as f64);
    WAITING.level(&[]).set(waiting as f64);
    POOLED.level(&[]).set(f64::from(u8::from(pooled)));
}
