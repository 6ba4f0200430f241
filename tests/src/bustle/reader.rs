//! Somebody reads the feed from its beginning, by the cursor alone.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::errand::Errands;
use super::text;

const PAUSE: Duration = Duration::from_millis(5);

/// An event as the feed has shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub position: i64,
    pub id: String,
}

/// Reads until the feed is at its end and nobody is at work any more.
pub(super) fn read(mut errands: Errands) -> Vec<Read> {
    let mut seen = Vec::new();
    let mut position = 0;
    loop {
        let is_last = errands.day.is_read_up.load(Ordering::SeqCst);
        let page = errands.get(&format!("/api/v1/events?after={position}&limit=200"));
        assert_eq!(page.status, 200, "{page:?}");
        let events = page.body["events"].as_array().cloned().unwrap_or_default();
        seen.extend(events.iter().map(|event| Read {
            position: event["position"].as_i64().unwrap_or_default(),
            id: text(event, "id").to_owned(),
        }));
        position = page.body["position"].as_i64().unwrap_or(position);
        if events.is_empty() {
            if is_last {
                return seen;
            }
            std::thread::sleep(PAUSE);
        }
    }
}
