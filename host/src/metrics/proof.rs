//! Decisions that are asked again to see whether they come out as recorded.

use super::Instrument;

const REPLAYS: Instrument = Instrument::counter(
    "stellwerk_replays_total",
    &["verdict"],
    "Recorded decisions that this host has asked again, at random, by what came of it.",
);
const FAILURES: Instrument = Instrument::counter(
    "stellwerk_replay_failures_total",
    &["code"],
    "Decisions that could not be looked up to be asked again.",
);

pub const GROUP: [Instrument; 2] = [REPLAYS, FAILURES];

/// A decision was asked again.
pub fn replayed(verdict: &'static str) {
    REPLAYS.count(&[verdict]).increment(1);
}

/// None could be looked up.
pub fn failed(code: &'static str) {
    FAILURES.count(&[code]).increment(1);
}
