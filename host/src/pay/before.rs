//! What was booked of a period before it is computed anew: read along with its events,
//! so that a long period takes no more memory than a short one.

use std::collections::HashMap;

use super::Error;
use super::lane::Lane;
use crate::domain::book::{self, Entry};
use crate::domain::calendar::Period;
use crate::domain::ids::EventId;
use crate::domain::time::Micros;

pub(super) struct Before {
    /// By component and event, without one of its settlement: what was read and is not
    /// computed anew yet.
    lines: HashMap<(String, Option<EventId>), Vec<Entry>>,
    /// What occurred before then is read.
    until: Micros,
}

impl Before {
    /// As if nothing of the period was booked yet.
    pub fn nothing() -> Self {
        Self {
            lines: HashMap::new(),
            until: Micros(i64::MAX),
        }
    }

    /// All that was booked of a period.
    pub fn all_of(period: &Period) -> Self {
        Self {
            lines: HashMap::new(),
            until: period.begins,
        }
    }

    /// Reads what was booked of what occurred before `until`.
    pub async fn read(
        &mut self,
        lane: &Lane<'_>,
        period: &Period,
        until: Micros,
    ) -> Result<(), Error> {
        if until <= self.until {
            return Ok(());
        }
        let contract = &lane.force().contract;
        let mut postings = lane
            .host
            .store
            .postings_occurred(&contract.manufacturer, &contract.id, self.until, until)
            .await?;
        postings.retain(|posting| posting.period == period.name);
        for entry in book::lines(postings)? {
            let key = (entry.line.component.clone(), entry.line.event.clone());
            self.lines.entry(key).or_default().push(entry);
        }
        self.until = until;
        Ok(())
    }

    /// Takes what was booked of a component's answer to an event, or of its settlement.
    pub fn take(&mut self, component: &str, event: Option<&EventId>) -> Vec<Entry> {
        self.lines
            .remove(&(component.to_owned(), event.cloned()))
            .unwrap_or_default()
    }

    /// Takes what nobody has taken of what occurred before `until`, each answer by itself.
    pub fn take_left(&mut self, until: Micros) -> Vec<Vec<Entry>> {
        let is_over = |entry: &Entry| entry.occurred_at < until;
        self.lines
            .extract_if(|_, lines| lines.iter().all(is_over))
            .map(|(_, lines)| lines)
            .collect()
    }
}
