//! The writer: groups of commands that are committed together.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::{Counter, Histogram};

use super::Instrument;

const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];
const COMMANDS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

const GROUP_COMMANDS: Instrument = Instrument::histogram(
    "stellwerk_commit_group_commands",
    &COMMANDS,
    &[],
    "Commands in one transaction.",
);
const SECONDS_TAKEN: Instrument = Instrument::histogram(
    "stellwerk_commit_seconds",
    &SECONDS,
    &[],
    "A group's transaction, from its begin to its commit.",
);
const STALE: Instrument = Instrument::counter(
    "stellwerk_commit_stale_total",
    &[],
    "Commands whose decision was overtaken; they are decided again, or somebody else was faster.",
);
const FAILURES: Instrument = Instrument::counter(
    "stellwerk_commit_failures_total",
    &["code"],
    "Commands that the database did not take, by the error's code.",
);
const WAITING: Instrument = Instrument::gauge(
    "stellwerk_commands_waiting",
    &[],
    "Commands that wait to be committed.",
);

pub const GROUP: [Instrument; 5] = [GROUP_COMMANDS, SECONDS_TAKEN, STALE, FAILURES, WAITING];

static COMMANDS_TOGETHER: LazyLock<Histogram> = LazyLock::new(|| GROUP_COMMANDS.measure(&[]));
static TAKEN: LazyLock<Histogram> = LazyLock::new(|| SECONDS_TAKEN.measure(&[]));
static OVERTAKEN: LazyLock<Counter> = LazyLock::new(|| STALE.count(&[]));

/// A group has been committed; some of its commands may have been overtaken.
pub fn committed(commands: usize, overtaken: usize, taken: Duration) {
    COMMANDS_TOGETHER.record(commands as f64);
    TAKEN.record(taken);
    OVERTAKEN.increment(overtaken as u64);
}

/// A command could not be committed.
pub fn failed(code: &'static str) {
    FAILURES.count(&[code]).increment(1);
}

/// How many commands wait now.
pub fn waiting(commands: usize) {
    WAITING.level(&[]).set(commands as f64);
}
