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

const NOT_LISTED: Instrument = Instrument::counter(
    "stellwerk_erasure_listing_failures_total",
    &[],
    "Times that the list of erasures could not be read or written; it is tried again.",
);

const NOT_FORGOTTEN: Instrument = Instrument::counter(
    "stellwerk_retention_failures_total",
    &["code"],
    "Times that persons whose time is over could not be forgotten; it is tried again.",
);

pub const GROUP: [Instrument; 4] = [ERASED, NOT_WIPED, NOT_LISTED, NOT_FORGOTTEN];

/// So many leads were erased.
pub fn erased(leads: usize) {
    ERASED.count(&[]).increment(leads as u64);
}

/// What was erased may still lie in the database's files.
pub fn wiping_failed(code: &str) {
    NOT_WIPED.count(&[code]).increment(1);
}

/// The list could not be read or written.
pub fn listing_failed() {
    NOT_LISTED.count(&[]).increment(1);
}

/// Persons whose time is over are still known.
pub fn retention_failed(code: &str) {
    NOT_FORGOTTEN.count(&[code]).increment(1);
}
