//! What the host counts of a partner's work, under fixed names that policies
//! read; `wit/figures.md` describes them.

use std::collections::{HashMap, HashSet};

use super::attribute::AttributeValue;
use super::event::EventCode;
use super::happening::Event;
use super::ids::{LeadId, PartnerId};
use super::time::Micros;

const DAY_MICROS: i64 = 86_400_000_000;

/// Defines the figures once, with their names.
macro_rules! figures {
    ($($variant:ident $name:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Figure { $($variant,)+ }

        impl Figure {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As policies name it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

figures! {
    Received "received",
    Eligible "eligible",
    Claimed "claimed",
    Declined "declined",
    Lapsed "lapsed",
    Recalled "recalled",
    Contacted "contacted",
    CareContacts "care-contacts",
    DataComplete "data-complete",
    Won "won",
    Lost "lost",
    Cancelled "cancelled",
    Unworked "unworked",
    Sales "sales",
    WithinSla "within-sla",
    Open "open",
    OpenWithoutFeedback "open-without-feedback",
    FeedbackOverdue "feedback-overdue",
    WonLastForCustomerDays "won-last-for-customer-days",
}

impl Figure {
    /// The figure of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|figure| figure.as_str() == text)
    }
}

/// A figure as a vocabulary names it: `figure/won@365d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub figure: Figure,
    /// How many days back is counted; none: all the time.
    pub days: Option<u32>,
}

impl Asked {
    /// Reads a column's name; none where it is no figure.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix("figure/")?;
        match name.split_once('@') {
            None => Figure::parse(name).map(|figure| Self { figure, days: None }),
            Some((figure, window)) => {
                let days = window.strip_suffix('d')?.parse().ok()?;
                Figure::parse(figure).map(|figure| Self {
                    figure,
                    days: Some(days),
                })
            }
        }
    }

    /// The span that is counted, up to and without `now`'s future.
    pub fn window(self, now: Micros) -> Window {
        Window {
            from: self.days.map_or(Micros(i64::MIN), |days| {
                Micros(now.0.saturating_sub(i64::from(days) * DAY_MICROS))
            }),
            until: Micros(now.0.saturating_add(1)),
        }
    }
}

/// From `from` until before `until`, by the events' own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Micros,
    pub until: Micros,
}

impl Window {
    fn holds(self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }
}

/// What partners of a contract have done, from committed events.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Position of the last event that was taken in.
    pub position: i64,
    by_partner: HashMap<PartnerId, Vec<Fact>>,
    /// Figures that count a lead once in a cycle.
    counted: HashSet<(PartnerId, LeadId, u32, Figure)>,
    /// Last win, by partner and customer.
    last_won: HashMap<(PartnerId, String), Micros>,
}

#[derive(Clone, Copy, Debug)]
struct Fact {
    figure: Figure,
    at: Micros,
    amount: i64,
}

impl Facts {
    /// Takes in an event, in the order of positions.
    pub fn add(&mut self, position: i64, event: &Event) {
        if position <= self.position {
            return;
        }
        self.position = position;
        let listed = |name: &str| match event.attributes.get(name) {
            Some(AttributeValue::Texts(partners)) => partners
                .iter()
                .map(|id| PartnerId::from(id.as_str()))
                .collect(),
            _ => Vec::new(),
        };
        match event.code.as_str() {
            "offered" => {
                for partner in listed("partners") {
                    self.count(&partner, Figure::Received, event, 1);
                }
                for partner in listed("eligible") {
                    self.count_once(&partner, Figure::Eligible, event);
                }
            }
            "lapsed" => {
                for partner in listed("partners") {
                    self.count(&partner, Figure::Lapsed, event, 1);
                }
            }
            _ => {
                if let Some(partner) = &event.partner {
                    self.add_of(&partner.clone(), event);
                }
            }
        }
    }

    fn add_of(&mut self, partner: &PartnerId, event: &Event) {
        let value = match event.attributes.get("value") {
            Some(AttributeValue::Money(value)) => *value,
            _ => 0,
        };
        match event.code.as_str() {
            "claimed" => self.count(partner, Figure::Claimed, event, 1),
            "declined" => self.count(partner, Figure::Declined, event, 1),
            "recalled" => self.count(partner, Figure::Recalled, event, 1),
            "contacted" => self.count_once(partner, Figure::Contacted, event),
            "care-contact" => self.count(partner, Figure::CareContacts, event, 1),
            "data-complete" => self.count_once(partner, Figure::DataComplete, event),
            "won" => {
                self.count(partner, Figure::Won, event, 1);
                self.count(partner, Figure::Sales, event, value);
                if let Some(AttributeValue::Text(customer)) = event.attributes.get("customer") {
                    let last = self
                        .last_won
                        .entry((partner.clone(), customer.clone()))
                        .or_insert(event.occurred_at);
                    *last = (*last).max(event.occurred_at);
                }
            }
            "lost" => self.count(partner, Figure::Lost, event, 1),
            "cancelled" => self.count(partner, Figure::Cancelled, event, 1),
            "unworked" => self.count(partner, Figure::Unworked, event, 1),
            _ => {}
        }
        // Reports that are no work may have come in time where the work did not.
        let works = EventCode::parse(&event.code).is_none_or(EventCode::is_work);
        if works && event.attributes.get("within-sla") == Some(&AttributeValue::Flag(true)) {
            self.count_once(partner, Figure::WithinSla, event);
        }
    }

    fn count(&mut self, partner: &PartnerId, figure: Figure, event: &Event, amount: i64) {
        self.by_partner
            .entry(partner.clone())
            .or_default()
            .push(Fact {
                figure,
                at: event.occurred_at,
                amount,
            });
    }

    fn count_once(&mut self, partner: &PartnerId, figure: Figure, event: &Event) {
        let Some(lead) = &event.lead else { return };
        let key = (partner.clone(), lead.clone(), event.cycle, figure);
        if self.counted.insert(key) {
            self.count(partner, figure, event, 1);
        }
    }

    /// What is counted of a figure in a window. Figures of the present moment
    /// (open …) are not events' and count 0 here.
    pub fn count_of(&self, partner: &PartnerId, figure: Figure, window: Window) -> i64 {
        let Some(facts) = self.by_partner.get(partner) else {
            return 0;
        };
        let sum = |figure: Figure| {
            facts
                .iter()
                .filter(|fact| fact.figure == figure && window.holds(fact.at))
                .fold(0_i64, |sum, fact| sum.saturating_add(fact.amount))
        };
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

    /// Days since the partner last won a deal of the customer.
    pub fn won_last_days(&self, partner: &PartnerId, customer: &str, now: Micros) -> Option<i64> {
        let last = self.last_won.get(&(partner.clone(), customer.to_owned()))?;
        Some((now.0 - last.0).div_euclid(DAY_MICROS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_figure() {
        let document = include_str!("../../../wit/figures.md");
        let listed: Vec<&str> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let known: Vec<&str> = Figure::ALL.iter().map(|figure| figure.as_str()).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn names_carry_a_window() {
        assert_eq!(
            Asked::parse("figure/won@365d"),
            Some(Asked {
                figure: Figure::Won,
                days: Some(365)
            })
        );
        assert_eq!(
            Asked::parse("figure/open"),
            Some(Asked {
                figure: Figure::Open,
                days: None
            })
        );
        for name in ["won", "figure/luck", "figure/won@1y", "figure/won@-1d"] {
            assert_eq!(Asked::parse(name), None, "{name}");
        }
    }

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
