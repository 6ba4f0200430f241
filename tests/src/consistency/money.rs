//! Every event that counts has been paid by every component, once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Event, doubles, number, text};
use crate::Database;

/// What compensation is asked about.
const PAID: [&str; 12] = [
    "claimed",
    "recalled",
    "contacted",
    "not-reached",
    "appointment",
    "quoted",
    "care-contact",
    "data-complete",
    "won",
    "lost",
    "cancelled",
    "unworked",
];

/// What one component is asked about, which had wanted it.
const WAKES: &str = "due";

/// Whether everything that counts has been paid.
pub fn is_level(database: &Database) -> bool {
    let lanes = lanes(database);
    let components = components(database);
    super::events(database)
        .iter()
        .filter(|event| is_paid(event) || event.code == WAKES)
        .filter(|event| components.contains_key(&event.contract))
        .all(|event| lanes.get(&event.contract) >= Some(&event.position))
}

pub(super) fn contradictions(database: &Database, events: &[Event]) -> Vec<String> {
    let mut found = Vec::new();
    let lanes = lanes(database);
    let components = components(database);
    let mut awards: BTreeMap<(String, String), usize> = BTreeMap::new();
    for [event, slot] in database.rows(["event", "slot"], "decision WHERE function = 'award'") {
        *awards.entry((text(event), text(slot))).or_default() += 1;
    }
    // A recomputation asks again.
    let is_closed = database.count("period WHERE state = 'closed'") > 0;
    for event in events.iter().filter(|event| is_paid(event)) {
        let is_due = lanes.get(&event.contract) >= Some(&event.position);
        for slot in components.get(&event.contract).into_iter().flatten() {
            let key = (event.id.clone(), slot.clone());
            let times = awards.get(&key).copied().unwrap_or(0);
            let expected = usize::from(is_due);
            if times < expected || (times > expected && !is_closed) {
                found.push(format!(
                    "event {} ({}) was paid {times} times by {slot}; the lane stands at {:?}",
                    event.position,
                    event.code,
                    lanes.get(&event.contract)
                ));
            }
        }
    }
    found.extend(postings(database, events));
    found
}

fn postings(database: &Database, events: &[Event]) -> Vec<String> {
    let positions: BTreeMap<&str, i64> = events
        .iter()
        .map(|event| (event.id.as_str(), event.position))
        .collect();
    let decisions = database.rows(["id"], "decision WHERE function IN ('award', 'settle')");
    let decisions: BTreeSet<String> = decisions.into_iter().map(|[id]| text(id)).collect();
    let mut found = Vec::new();
    let mut keys = Vec::new();
    let columns = [
        "id",
        "component",
        "account",
        "holder",
        "reason",
        "reason_args",
        "event",
        "event_position",
        "adjusts",
        "corrects",
        "decision",
    ];
    for row in database.rows(columns, "posting") {
        let [
            id,
            component,
            account,
            holder,
            reason,
            args,
            event,
            position,
            adjusts,
            corrects,
            by,
        ] = row;
        let id = text(id);
        if let Some(event) = &event
            && positions.get(event.as_str()) != Some(&number(position))
        {
            found.push(format!("posting {id} is of an event that is not there"));
        }
        if by.is_some_and(|decision| !decisions.contains(&decision)) {
            found.push(format!("posting {id} has lost its decision"));
        }
        keys.push([
            event, component, account, holder, reason, args, adjusts, corrects,
        ]);
    }
    found.extend(doubles("the posting", keys));
    found
}

fn is_paid(event: &Event) -> bool {
    PAID.contains(&event.code.as_str())
}

/// How far each contract's events have been paid.
fn lanes(database: &Database) -> BTreeMap<String, i64> {
    let lanes = database.rows(["contract", "position"], "lane");
    lanes
        .into_iter()
        .map(|[contract, position]| (text(contract), number(position)))
        .collect()
}

/// The slots that each contract has paid by from its beginning. Which events one
/// that came later has to pay, is a question of periods.
fn components(database: &Database) -> BTreeMap<String, BTreeSet<String>> {
    let mut begins: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    let bound = "binding WHERE slot LIKE 'compensation/%' ORDER BY generation DESC";
    for [contract, slot, from] in database.rows(["contract", "slot", "active_from"], bound) {
        let of_contract = begins.entry(text(contract)).or_default();
        of_contract.insert(text(slot), number(from));
    }
    let from_the_beginning = |slots: BTreeMap<String, i64>| {
        let first = slots.values().min().copied();
        let slots = slots.into_iter();
        let slots = slots.filter(|(_, from)| Some(*from) == first);
        slots.map(|(slot, _)| slot).collect()
    };
    begins
        .into_iter()
        .map(|(contract, slots)| (contract, from_the_beginning(slots)))
        .collect()
}
