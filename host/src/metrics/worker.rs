//! What happens without anybody asking.

use super::Instrument;

const OLDEST_DUE: Instrument = Instrument::gauge(
    "stellwerk_deadline_oldest_due_seconds",
    &[],
    "How long the first due deadline has been due; 0 where none is.",
);
const WORKED: Instrument = Instrument::counter(
    "stellwerk_deadlines_worked_total",
    &[],
    "Due deadlines that were worked.",
);
const FAILED: Instrument = Instrument::counter(
    "stellwerk_deadlines_failed_total",
    &[],
    "Due deadlines that could not be worked; they are tried again.",
);
const STOPPED: Instrument = Instrument::counter(
    "stellwerk_generations_stopped_total",
    &["slot"],
    "Generations that this host has taken out: they failed too often, or a gate tripped.",
);

const SEALED: Instrument = Instrument::counter(
    "stellwerk_decisions_sealed_total",
    &[],
    "Decisions that this host has closed under seals.",
);
const NOT_SEALED: Instrument = Instrument::counter(
    "stellwerk_sealing_failures_total",
    &["code"],
    "Times that decisions could not be sealed; it is tried again.",
);

pub const GROUP: [Instrument; 6] = [OLDEST_DUE, WORKED, FAILED, STOPPED, SEALED, NOT_SEALED];

/// How long the first due deadline has been due.
pub fn oldest_due(seconds: f64) {
    OLDEST_DUE.level(&[]).set(seconds);
}

pub fn deadline_worked() {
    WORKED.count(&[]).increment(1);
}

pub fn deadline_failed() {
    FAILED.count(&[]).increment(1);
}

/// A generation of the slot was taken out by the host itself.
pub fn generation_stopped(slot: &str) {
    STOPPED.count(&[slot]).increment(1);
}

pub fn decisions_sealed(decisions: usize) {
    SEALED.count(&[]).increment(decisions as u64);
}

pub fn sealing_failed(code: &str) {
    NOT_SEALED.count(&[code]).increment(1);
}
