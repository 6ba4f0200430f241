//! How far the record of what was done has come: audit and feed.

use serde_json::Value;

use crate::Client;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The last line of the audit.
    pub audit: String,
    /// The last event of the feed.
    pub position: i64,
}

impl Trace {
    /// As somebody sees it who may read both.
    pub fn of(reader: &Client) -> Self {
        let mut audit = String::new();
        loop {
            let page = reader.get(&format!("/api/v1/audit?limit=200&after={audit}"));
            let last = page.body["changes"].as_array().and_then(|all| all.last());
            let Some(last) = last else { break };
            audit = last["id"].as_str().unwrap_or_default().to_owned();
        }
        let mut position = 0;
        loop {
            let page = reader.get(&format!("/api/v1/events?limit=1000&after={position}"));
            let last = page.body["position"].as_i64().unwrap_or(position);
            if last == position {
                break;
            }
            position = last;
        }
        Self { audit, position }
    }

    /// The lines of the audit that were written since.
    pub fn changes_since(&self, reader: &Client) -> Vec<Value> {
        let path = format!("/api/v1/audit?limit=200&after={}", self.audit);
        let page = reader.get(&path);
        page.body["changes"].as_array().cloned().unwrap_or_default()
    }

    /// The events that were recorded since.
    pub fn events_since(&self, reader: &Client) -> Vec<Value> {
        let page = reader.get(&format!("/api/v1/events?after={}", self.position));
        page.body["events"].as_array().cloned().unwrap_or_default()
    }
}
