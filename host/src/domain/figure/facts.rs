//! What partners have done, counted from committed events.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::sources::{Ended, Sources};
use super::stages::{StageMedian, Stages};
use super::tally::Tally;
use super::{DAY_MICROS, Figure, Window};
use crate::domain::attribute::AttributeValue;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::time::Micros;

/// Instants of what happens to offers are kept by the quarter of an hour: it is
/// many times as much as what partners do. Every offset of a time zone is a
/// multiple of it, so that days and periods are counted exactly.
const QUARTER_MICROS: i64 = 15 * 60 * 1_000_000;

const FIGURES: usize = Figure::ALL.len();

/// What partners of a contract have done, and what became of its leads, from
/// committed events.
///
/// Invariant: it grows with what partners do and with time, and not with the
/// leads that came in or were offered to them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Position of the last event that was taken in.
    pub position: i64,
    by_partner: HashMap<PartnerId, Work>,
    /// Figures that count a lead once in a cycle, of leads that have not ended.
    counted: HashMap<LeadId, Vec<Once>>,
    /// Last win, by partner and customer.
    last_won: HashMap<(PartnerId, String), Micros>,
    sources: Sources,
    stages: Stages,
}

/// What one partner has done: a tally for each figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work([Tally; FIGURES]);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Once {
    partner: PartnerId,
    cycle: u32,
    figure: Figure,
}

impl Facts {
    /// Of the form that is kept; another one when what is counted, or how,
    /// changes.
    pub const FORM: i64 = 2;

    /// Takes in an event, in the order of positions.
    pub fn add(&mut self, position: i64, event: &Event) {
        if position <= self.position {
            return;
        }
        self.position = position;
        let code = EventCode::parse(&event.code);
        self.sources.add(code, event);
        self.stages.add(event);
        match code {
            Some(EventCode::Offered) => {
                self.count_listed("partners", Figure::Received, event);
                self.count_listed("eligible", Figure::Eligible, event);
            }
            Some(EventCode::Lapsed) => self.count_listed("partners", Figure::Lapsed, event),
            _ => {
                if let Some(partner) = &event.partner {
                    self.add_of(partner, code, event);
                }
            }
        }
        if let (Some(lead), Some(code)) = (&event.lead, code)
            && ends_a_lead(code)
        {
            self.counted.remove(lead);
        }
    }

    fn add_of(&mut self, partner: &PartnerId, code: Option<EventCode>, event: &Event) {
        let mut count = |figure, amount| self.count(partner, figure, event.occurred_at, amount);
        match code {
            Some(EventCode::Claimed) => count(Figure::Claimed, 1),
            Some(EventCode::Declined) => count(Figure::Declined, 1),
            Some(EventCode::Recalled) => count(Figure::Recalled, 1),
            Some(EventCode::Contacted) => self.count_once(partner, Figure::Contacted, event),
            Some(EventCode::CareContact) => count(Figure::CareContacts, 1),
            Some(EventCode::DataComplete) => self.count_once(partner, Figure::DataComplete, event),
            Some(EventCode::Won) => {
                count(Figure::Won, 1);
                if let Some(AttributeValue::Money(value)) = event.attributes.get("value") {
                    count(Figure::Sales, *value);
                }
                if let Some(AttributeValue::Text(customer)) = event.attributes.get("customer") {
                    let last = self
                        .last_won
                        .entry((partner.clone(), customer.clone()))
                        .or_insert(event.occurred_at);
                    *last = (*last).max(event.occurred_at);
                }
            }
            Some(EventCode::Lost) => count(Figure::Lost, 1),
            Some(EventCode::Cancelled) => count(Figure::Cancelled, 1),
            Some(EventCode::Unworked) => count(Figure::Unworked, 1),
            _ => {}
        }
        // Reports that are no work may have come in time where the work did not.
        let works = code.is_none_or(EventCode::is_work);
        if works && event.attributes.get("within-sla") == Some(&AttributeValue::Flag(true)) {
            self.count_once(partner, Figure::WithinSla, event);
        }
    }

    /// Counts one for each partner that an attribute lists.
    fn count_listed(&mut self, attribute: &str, figure: Figure, event: &Event) {
        let Some(AttributeValue::Texts(partners)) = event.attributes.get(attribute) else {
            return;
        };
        let at = quarter(event.occurred_at);
        for partner in partners {
            self.count(&PartnerId::from(partner.as_str()), figure, at, 1);
        }
    }

    fn count(&mut self, partner: &PartnerId, figure: Figure, at: Micros, amount: i64) {
        if !self.by_partner.contains_key(partner) {
            self.by_partner.insert(partner.clone(), Work::default());
        }
        if let Some(Work(tallies)) = self.by_partner.get_mut(partner) {
            tallies[figure as usize].add(at, amount);
        }
    }

    fn count_once(&mut self, partner: &PartnerId, figure: Figure, event: &Event) {
        let Some(lead) = &event.lead else { return };
        let once = Once {
            partner: partner.clone(),
            cycle: event.cycle,
            figure,
        };
        let counted = self.counted.entry(lead.clone()).or_default();
        if !counted.contains(&once) {
            counted.push(once);
            self.count(partner, figure, event.occurred_at, 1);
        }
    }

    /// What a partner has done; none where it has done nothing yet.
    pub fn of(&self, partner: &PartnerId) -> Option<&Work> {
        self.by_partner.get(partner)
    }

    /// As [`Work::count`].
    pub fn count_of(&self, partner: &PartnerId, figure: Figure, window: Window) -> i64 {
        self.of(partner)
            .map_or(0, |work| work.count(figure, window))
    }

    /// Days since the partner last won a deal of the customer.
    pub fn won_last_days(&self, partner: &PartnerId, customer: &str, now: Micros) -> Option<i64> {
        let last = self.last_won.get(&(partner.clone(), customer.to_owned()))?;
        Some((now.0 - last.0).div_euclid(DAY_MICROS))
    }

    /// What is counted of the leads of a source in a window; none for a figure
    /// that is none of a source, and for a source without leads.
    pub fn count_of_source(&self, source: &str, figure: Figure, window: Window) -> Option<i64> {
        self.sources.count_of(source, figure, window)
    }

    /// How the leads of a source have ended, by each value of the field.
    pub fn endings(&self, source: &str, field: &str) -> impl Iterator<Item = (&str, Ended)> {
        self.sources.endings(source, field)
    }

    /// How long leads of a product usually stay in a stage.
    pub fn stage_medians(&self, product: &str) -> Vec<StageMedian> {
        self.stages.medians(product)
    }
}

impl Work {
    /// What is counted of a figure in a window. Figures of the present moment
    /// (open …) are not events' and count 0 here.
    pub fn count(&self, figure: Figure, window: Window) -> i64 {
        let sum = |figure: Figure| self.0[figure as usize].sum(window);
        match figure {
            Figure::WithinSla => {
                let claimed = sum(Figure::Claimed);
                if claimed == 0 {
                    0
                } else {
                    sum(Figure::WithinSla).min(claimed) * 1_000 / claimed
                }
            }
            other => sum(other),
        }
    }
}

/// The beginning of its quarter of an hour.
pub(super) fn quarter(at: Micros) -> Micros {
    Micros(at.0.div_euclid(QUARTER_MICROS) * QUARTER_MICROS)
}

/// After which nobody works the lead in this cycle.
fn ends_a_lead(code: EventCode) -> bool {
    matches!(
        code,
        EventCode::Won
            | EventCode::Lost
            | EventCode::Rejected
            | EventCode::Merged
            | EventCode::Erased
    )
}

#[cfg(test)]
mod tests {
    use super::super::Asked;
    use super::*;

    #[test]
    fn only_work_in_time_counts_as_within_the_promised_time() {
        let partner = PartnerId::from("p");
        let event = |code: &str, lead: &str, in_time: bool| Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: Some(lead.into()),
            cycle: 1,
            deal: None,
            partner: Some(partner.clone()),
            code: code.to_owned(),
            occurred_at: Micros(1),
            recorded_at: Micros(1),
            attributes: [("within-sla".to_owned(), AttributeValue::Flag(in_time))].into(),
            lines: Vec::new(),
            decision: None,
            actor: None,
        };
        let mut facts = Facts::default();
        for (position, (code, lead, in_time)) in (1..).zip([
            ("claimed", "one", false),
            ("claimed", "two", false),
            // Complete data came in time, the first contact did not.
            ("data-complete", "one", true),
            ("contacted", "one", false),
            ("contacted", "two", true),
            ("appointment", "two", true),
        ]) {
            facts.add(position, &event(code, lead, in_time));
        }
        let window = Asked::parse("figure/within-sla").unwrap().window(Micros(2));
        assert_eq!(facts.count_of(&partner, Figure::WithinSla, window), 500);
    }
}
