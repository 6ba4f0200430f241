//! Trials of plans that this host plays beside the live system.

use super::Instrument;

const SECONDS: [f64; 8] = [1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];

const RUNNING: Instrument = Instrument::gauge(
    "stellwerk_plan_trials_running",
    &[],
    "Trials of plans that this host plays now.",
);
const PLAYED: Instrument = Instrument::counter(
    "stellwerk_plan_trials_total",
    &["outcome"],
    "Trials of plans that this host has played, by what came of it: done, stopped, failed, or disk-full.",
);
const SECONDS_TAKEN: Instrument = Instrument::histogram(
    "stellwerk_plan_trial_seconds",
    &SECONDS,
    &["outcome"],
    "From the time that this host took a trial up to the time that it left it.",
);

pub const GROUP: [Instrument; 3] = [RUNNING, PLAYED, SECONDS_TAKEN];

/// So many are played now.
pub fn running(trials: u32) {
    RUNNING.level(&[]).set(f64::from(trials));
}

/// One is left to itself.
pub fn played(outcome: &'static str, seconds: f64) {
    PLAYED.count(&[outcome]).increment(1);
    SECONDS_TAKEN.measure(&[outcome]).record(seconds);
}
