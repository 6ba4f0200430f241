//! What became of the leads of a source.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::facts::quarter;
use super::tally::Tally;
use super::{Figure, Window, marks};
use crate::domain::attribute::AttributeValue;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::time::Micros;

/// Values of one field that are told apart; further ones are not counted, so
/// that texts which no two leads share take no memory.
const VALUES_MAX: usize = 1_000;

/// What became of the leads of each source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sources {
    /// Leads without a source go by the empty name.
    by_source: HashMap<String, Source>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Source {
    tallies: HashMap<Figure, Tally>,
    /// By field, and by its value.
    endings: BTreeMap<String, BTreeMap<String, Ended>>,
}

/// How leads with a value in a field have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub won: u64,
    pub lost: u64,
}

impl Sources {
    pub fn add(&mut self, code: Option<EventCode>, event: &Event) {
        if event.lead.is_none() {
            return;
        }
        let at = event.occurred_at;
        match code {
            Some(EventCode::Received) => self.count(event, Figure::Received, quarter(at), 1),
            Some(EventCode::Won) => {
                self.count(event, Figure::Won, at, 1);
                if let Some(AttributeValue::Money(value)) = event.attributes.get("value") {
                    self.count(event, Figure::Sales, at, *value);
                }
                self.end(event, |ended| ended.won += 1);
            }
            Some(EventCode::Lost) => {
                self.count(event, Figure::Lost, at, 1);
                self.end(event, |ended| ended.lost += 1);
            }
            _ => {}
        }
    }

    fn of(&mut self, event: &Event) -> &mut Source {
        let source = marks::source(event);
        self.by_source.entry(source.to_owned()).or_default()
    }

    fn count(&mut self, event: &Event, figure: Figure, at: Micros, amount: i64) {
        let tallies = &mut self.of(event).tallies;
        tallies.entry(figure).or_default().add(at, amount);
    }

    fn end(&mut self, event: &Event, count: impl Fn(&mut Ended)) {
        let endings = &mut self.of(event).endings;
        for (field, values) in marks::fields(event) {
            let by_value = endings.entry(field.to_owned()).or_default();
            for value in values {
                if by_value.len() < VALUES_MAX || by_value.contains_key(value) {
                    count(by_value.entry(value.to_owned()).or_default());
                }
            }
        }
    }

    /// None for figures that are not counted by source.
    pub fn count_of(&self, source: &str, figure: Figure, window: Window) -> Option<i64> {
        if !Figure::OF_SOURCE.contains(&figure) {
            return None;
        }
        let tally = self.by_source.get(source)?.tallies.get(&figure);
        Some(tally.map_or(0, |tally| tally.sum(window)))
    }

    /// How the leads of a source have ended, by each value of the field.
    pub fn endings(&self, source: &str, field: &str) -> impl Iterator<Item = (&str, Ended)> {
        self.by_source
            .get(source)
            .and_then(|source| source.endings.get(field))
            .into_iter()
            .flatten()
            .map(|(value, ended)| (value.as_str(), *ended))
    }
}
