//! Candidates that are asked beside what is in force.

use super::Instrument;
use super::contracts::bounded;

const ANSWERS: Instrument = Instrument::counter(
    "stellwerk_candidate_answers_total",
    &["manufacturer", "contract", "slot", "outcome"],
    "Answers given beside a decision, by what came of comparing both: agrees, flips, alone where there was nothing to compare with, or an error's code.",
);
const LEFT_OUT: Instrument = Instrument::counter(
    "stellwerk_candidate_left_out_total",
    &["manufacturer", "contract", "slot"],
    "Questions that nobody was asked beside a decision, for lack of room.",
);
const KEEP_FAILURES: Instrument = Instrument::counter(
    "stellwerk_candidate_keep_failures_total",
    &["code"],
    "Commits of such answers that the database did not take.",
);
const LEDGER_FAILURES: Instrument = Instrument::counter(
    "stellwerk_candidate_ledger_failures_total",
    &["code"],
    "Periods of which it could not be computed what a candidate would have paid; they are tried again.",
);

pub const GROUP: [Instrument; 4] = [ANSWERS, LEFT_OUT, KEEP_FAILURES, LEDGER_FAILURES];

/// Something was asked beside a decision.
pub fn answered(manufacturer: &str, contract: &str, slot: &str, outcome: &str) {
    let (manufacturer, contract) = bounded(manufacturer, contract);
    ANSWERS
        .count(&[&manufacturer, &contract, slot, outcome])
        .increment(1);
}

/// A question was left out.
pub fn left_out(manufacturer: &str, contract: &str, slot: &str) {
    let (manufacturer, contract) = bounded(manufacturer, contract);
    LEFT_OUT
        .count(&[&manufacturer, &contract, slot])
        .increment(1);
}

/// Answers could not be kept.
pub fn not_kept(code: &'static str) {
    KEEP_FAILURES.count(&[code]).increment(1);
}

/// A period could not be computed.
pub fn not_computed(code: &'static str) {
    LEDGER_FAILURES.count(&[code]).increment(1);
}
