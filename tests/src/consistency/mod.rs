//! Whether what is stored agrees with itself: events are the truth, and every
//! other row has to be what they make it, at any instant and after any accident.

mod feed;
mod leads;
mod money;
mod told;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Database;

pub use money::is_level;

/// An event as it is stored.
#[derive(Clone, Debug)]
pub struct Event {
    pub manufacturer: String,
    pub position: i64,
    pub id: String,
    pub contract: String,
    pub lead: Option<String>,
    pub partner: Option<String>,
    pub cycle: i64,
    pub code: String,
    pub occurred_at: i64,
    pub decision: Option<String>,
    attributes: Value,
}

impl Event {
    /// An attribute, by its name and type.
    pub fn attribute(&self, name: &str, kind: &str) -> &Value {
        &self.attributes[name][kind]
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let texts = self.attribute(name, "texts").as_array();
        texts.into_iter().flatten().filter_map(Value::as_str)
    }
}

/// Every event, in the order of positions.
///
/// # Panics
/// Where one cannot be read.
pub fn events(database: &Database) -> Vec<Event> {
    let columns = [
        "manufacturer",
        "position",
        "id",
        "contract",
        "lead",
        "partner",
        "cycle",
        "code",
        "occurred_at",
        "decision",
        "attributes",
    ];
    database
        .rows(columns, "event ORDER BY manufacturer, event.position")
        .into_iter()
        .map(|row| {
            let [
                manufacturer,
                position,
                id,
                contract,
                lead,
                partner,
                cycle,
                code,
                occurred_at,
                decision,
                more,
            ] = row;
            Event {
                manufacturer: text(manufacturer),
                position: number(position),
                id: text(id),
                contract: text(contract),
                lead,
                partner,
                cycle: number(cycle),
                code: text(code),
                occurred_at: number(occurred_at),
                decision,
                attributes: serde_json::from_str(&text(more)).expect("attributes"),
            }
        })
        .collect()
}

/// What contradicts what; nothing where all is well. While nobody writes.
///
/// # Panics
/// Where the data cannot be read.
pub fn contradictions(database: &Database) -> Vec<String> {
    let events = events(database);
    let mut found = feed::contradictions(database, &events);
    found.extend(leads::contradictions(database, &events));
    found.extend(money::contradictions(database, &events));
    found
}

fn text(value: Option<String>) -> String {
    value.expect("a text")
}

fn number(value: Option<String>) -> i64 {
    value
        .and_then(|value| value.parse().ok())
        .expect("a number")
}

/// What stands there more than once.
fn doubles<K: Ord + std::fmt::Debug>(
    what: &str,
    keys: impl IntoIterator<Item = K>,
) -> impl Iterator<Item = String> {
    let mut counted: BTreeMap<K, usize> = BTreeMap::new();
    for key in keys {
        *counted.entry(key).or_default() += 1;
    }
    counted
        .into_iter()
        .filter(|(_, times)| *times > 1)
        .map(move |(key, times)| format!("{what} {key:?} stands there {times} times"))
}
