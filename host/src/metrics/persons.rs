//! Persons that are forgotten.

use super::Instrument;

const ERASED: Instrument = Instrument::counter(
    "stellwerk_leads_erased_total",
    &[],
    "Leads whose persons this host has erased.",
);
const NOT_WIPED: Instrument = Instrument::counter(
    "stellwerk_wiping_failures_total",
    &["code"],
    "Times that the database's files could not be cleaned of what was erased; it is tried again.",
);

pub const GROUP: [Instrument; 2] = [ERASED, NOT_WIPED];

/// So many leads were erased.
pub fn erased(leads: usize) {
    ERASED.count(&[]).increment(leads as u64);
}

/// What was erased may still lie in the database's files.
pub fn wiping_failed(code: &str) {
    NOT_WIPED.count(&[code]).increment(1);
}
