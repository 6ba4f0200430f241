//! Contracts: who waits for a person, what waits to be paid, what is in force.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::Instrument;

/// Contracts that are shown apart; what happens in others is shown together, so
/// that no number of contracts makes the answer too large to be read.
pub const CONTRACTS_MAX: usize = 200;
/// What stands for all of those.
pub const OTHERS: &str = "(others)";

const MANUAL: Instrument = Instrument::gauge(
    "stellwerk_manual_queue_leads",
    &["manufacturer", "contract"],
    "Leads that wait for a person.",
);
const MANUAL_OLDEST: Instrument = Instrument::gauge(
    "stellwerk_manual_queue_oldest_seconds",
    &["manufacturer", "contract"],
    "How long the first of them has waited; 0 where none does.",
);
const LANE_LAG: Instrument = Instrument::gauge(
    "stellwerk_lane_lag_seconds",
    &["manufacturer", "contract"],
    "How long the first event that is not paid yet has waited; 0 where all are.",
);
const GENERATION: Instrument = Instrument::gauge(
    "stellwerk_binding_generation",
    &["manufacturer", "contract", "slot"],
    "The generation that this host has in force; there from the contract's first request on.",
);

const LIVE: Instrument = Instrument::gauge(
    "stellwerk_generations_live",
    &[],
    "Policies that this host has loaded with their configuration: in force, kept warm, or still used.",
);
const DRAINING: Instrument = Instrument::gauge(
    "stellwerk_snapshots_draining",
    &[],
    "Contracts' snapshots that were replaced on this host and are still used.",
);

pub const GROUP: [Instrument; 6] = [MANUAL, MANUAL_OLDEST, LANE_LAG, GENERATION, LIVE, DRAINING];

/// A contract as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting<'a> {
    pub manufacturer: &'a str,
    pub contract: &'a str,
    /// Leads that wait for a person, and how long the first one has.
    pub manual_leads: i64,
    pub manual_seconds: f64,
    /// None where the contract pays nobody.
    pub unpaid_seconds: Option<f64>,
}

/// How a contract is now.
pub fn waiting(waiting: &Waiting<'_>) {
    let of = [waiting.manufacturer, waiting.contract];
    MANUAL.level(&of).set(waiting.manual_leads as f64);
    MANUAL_OLDEST.level(&of).set(waiting.manual_seconds);
    if let Some(seconds) = waiting.unpaid_seconds {
        LANE_LAG.level(&of).set(seconds);
    }
}

/// What this host has in force for a slot.
pub fn generation(manufacturer: &str, contract: &str, slot: &str, generation: i64) {
    let (manufacturer, contract) = bounded(manufacturer, contract);
    if contract != OTHERS {
        GENERATION
            .level(&[&manufacturer, &contract, slot])
            .set(generation as f64);
    }
}

/// How many generations are loaded, and how many snapshots are still used though
/// others have taken their place.
pub fn live(generations: usize, draining: usize) {
    LIVE.level(&[]).set(generations as f64);
    DRAINING.level(&[]).set(draining as f64);
}

/// The contract, as long as there are not too many of them.
pub(super) fn bounded(manufacturer: &str, contract: &str) -> (String, String) {
    static SHOWN: Mutex<Option<HashSet<(String, String)>>> = Mutex::new(None);
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let shown = shown.get_or_insert_default();
    let of = (manufacturer.to_owned(), contract.to_owned());
    if shown.contains(&of) {
        return of;
    }
    if shown.len() < CONTRACTS_MAX {
        shown.insert(of.clone());
        return of;
    }
    (OTHERS.to_owned(), OTHERS.to_owned())
}
