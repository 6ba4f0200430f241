//! Each manufacturer's feed has a place for every event, and no gap.

use std::collections::BTreeMap;

use super::{Event, doubles, number, text};
use crate::Database;

pub(super) fn contradictions(database: &Database, events: &[Event]) -> Vec<String> {
    let mut found: Vec<String> = doubles("event", events.iter().map(|event| &event.id)).collect();
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for event in events {
        let before = last.entry(&event.manufacturer).or_default();
        if event.position != *before + 1 {
            found.push(format!(
                "position {} is missing: event {} is at {}",
                *before + 1,
                event.id,
                event.position
            ));
        }
        *before = event.position;
    }
    for [manufacturer, position] in database.rows(["manufacturer", "position"], "feed") {
        let (manufacturer, position) = (text(manufacturer), number(position));
        let last = last.remove(manufacturer.as_str()).unwrap_or_default();
        if position != last {
            found.push(format!(
                "the feed of {manufacturer} stands at {position}, its last event at {last}"
            ));
        }
    }
    let without_feed = last.keys();
    found.extend(without_feed.map(|manufacturer| format!("{manufacturer} has no feed")));
    found
}
