//! The feed has a place for every event, and no gap.

use super::{Event, doubles, number};
use crate::Database;

pub(super) fn contradictions(database: &Database, events: &[Event]) -> Vec<String> {
    let mut found: Vec<String> = doubles("event", events.iter().map(|event| &event.id)).collect();
    for (event, position) in events.iter().zip(1..) {
        if event.position != position {
            found.push(format!(
                "position {position} is missing: event {} is at {}",
                event.id, event.position
            ));
            break;
        }
    }
    let feeds = database.rows(["position"], "feed");
    let last = events.last().map_or(0, |event| event.position);
    let stood: Vec<i64> = feeds
        .into_iter()
        .map(|[position]| number(position))
        .collect();
    if stood != [last] {
        found.push(format!(
            "the feed stands at {stood:?}, its last event at {last}"
        ));
    }
    found
}
