//! What has happened to a lead, told as a row of a file of leads tells it: one holder, the
//! first report of each kind, and the outcome.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::Untold;
use crate::domain::attribute::AttributeValue;
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::lead::Lead;
use crate::domain::time::Micros;

/// Who holds a lead, and what has come of it.
struct Holding<'a> {
    partner: &'a PartnerId,
    offered_at: Option<Micros>,
    claimed_at: Micros,
    /// By code.
    reports: BTreeMap<&'a str, Micros>,
    unworked_at: Option<Micros>,
    ending: Option<&'a Event>,
    cancelled_at: Option<Micros>,
}

/// The columns of a lead's past; `events` are the lead's up to the end of history, in the
/// order in which they were recorded.
pub fn columns(
    lead: &Lead,
    events: &[&Event],
    feedback: &[&str],
    codes: &HashMap<PartnerId, String>,
    untold: &mut Untold,
) -> Map<String, Value> {
    let mut row = Map::new();
    let mut holding: Option<Holding<'_>> = None;
    let (mut qualified_at, mut offered_at, mut rejected_at) = (None, None, None);
    for event in events {
        match event.code.as_str() {
            "qualified" => qualified_at = Some(event.occurred_at),
            "rejected" => rejected_at = Some(event.occurred_at),
            "offered" => offered_at = Some(event.occurred_at),
            "claimed" => {
                let Some(partner) = &event.partner else {
                    continue;
                };
                let before = holding.replace(Holding {
                    partner,
                    offered_at: offered_at.take(),
                    claimed_at: event.occurred_at,
                    reports: BTreeMap::new(),
                    unworked_at: None,
                    ending: None,
                    cancelled_at: None,
                });
                untold.earlier_claims += u64::from(before.is_some());
            }
            // The holder is the holder no more.
            "recalled" | "nurtured" => {
                if holding
                    .take_if(|holding| holding.ending.is_none())
                    .is_some()
                {
                    untold.earlier_claims += 1;
                }
            }
            code => {
                if let Some(holding) = &mut holding {
                    holding.note(code, event, feedback, untold);
                }
            }
        }
    }
    // A step never lies before the one that must have come before it.
    let mut last = lead.received_at;
    let mut tell = |row: &mut Map<String, Value>, name: String, at: Micros| {
        last = last.max(at);
        row.insert(name, last.to_string().into());
    };
    let Some(holding) = holding else {
        if let Some(at) = rejected_at {
            row.insert("outcome".to_owned(), "rejected".into());
            tell(&mut row, "outcome-at".to_owned(), at);
        }
        return row;
    };
    if let Some(at) = qualified_at.filter(|at| *at <= holding.claimed_at) {
        tell(&mut row, "qualified-at".to_owned(), at);
    }
    if let Some(at) = holding.offered_at {
        tell(&mut row, "offered-at".to_owned(), at);
    }
    let partner = codes.get(holding.partner).cloned();
    row.insert("partner".to_owned(), partner.into());
    tell(&mut row, "claimed-at".to_owned(), holding.claimed_at);
    let mut reports: Vec<(&str, Micros)> = holding.reports.into_iter().collect();
    reports.sort_by_key(|(_, at)| *at);
    for (code, at) in reports {
        tell(&mut row, format!("{code}-at"), at);
    }
    if let Some(at) = holding.unworked_at {
        row.insert("unworked-at".to_owned(), at.to_string().into());
    }
    if let Some(ending) = holding.ending {
        row.insert("outcome".to_owned(), ending.code.as_str().into());
        tell(&mut row, "outcome-at".to_owned(), ending.occurred_at);
        if let Some(AttributeValue::Money(value)) = ending.attributes.get("value") {
            row.insert("won-value".to_owned(), (*value).into());
        }
        if let Some(line) = ending.lines.first() {
            row.insert("won-product".to_owned(), line.product.as_str().into());
        }
        untold.further_lines += ending.lines.len().saturating_sub(1) as u64;
        if let Some(at) = holding.cancelled_at {
            tell(&mut row, "cancelled-at".to_owned(), at);
        }
    }
    row
}

impl<'a> Holding<'a> {
    fn note(&mut self, code: &'a str, event: &'a Event, feedback: &[&str], untold: &mut Untold) {
        match code {
            "won" | "lost" if self.ending.is_none() => self.ending = Some(event),
            "cancelled" => self.cancelled_at = Some(event.occurred_at),
            "unworked" => self.unworked_at = Some(event.occurred_at),
            code if feedback.contains(&code) && self.ending.is_none() => {
                match self.reports.contains_key(code) {
                    true => untold.further_reports += 1,
                    false => {
                        self.reports.insert(code, event.occurred_at);
                    }
                }
            }
            _ => {}
        }
    }
}
