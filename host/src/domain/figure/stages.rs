//! How long leads stay in a stage: medians by product.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::marks;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::time::Micros;

/// Stages of a claimed lead, in their order. It is in the furthest one that it
/// has reached since the claim, until it reaches a further one or ends.
const STAGES: [EventCode; 4] = [
    EventCode::Claimed,
    EventCode::Contacted,
    EventCode::Appointment,
    EventCode::Quoted,
];

/// The median is that of the last so many leads.
const SPANS_MAX: usize = 101;
/// Fewer leads tell nothing about the usual.
const SPANS_MIN: usize = 10;

/// The times of leads in the stages that they have left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Stages {
    /// The last spans of each stage, by product.
    by_product: HashMap<String, HashMap<String, VecDeque<Spent>>>,
}

/// How long one lead was in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Spent {
    seconds: i64,
    working_seconds: i64,
}

/// A stage that a lead has left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passed<'e> {
    /// Empty for a lead without one.
    pub product: &'e str,
    pub stage: &'e str,
    pub seconds: i64,
    pub working_seconds: i64,
}

/// How long leads of a product usually stay in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageMedian {
    /// The event that leads into it.
    pub stage: &'static str,
    pub seconds: i64,
    /// By the contract's calendar; a median of its own.
    pub working_seconds: i64,
}

impl Stages {
    pub fn add(&mut self, event: &Event) {
        let Some(passed) = marks::passed(event) else {
            return;
        };
        let stages = self.by_product.entry(passed.product.to_owned());
        let spans = stages.or_default().entry(passed.stage.to_owned());
        let spans = spans.or_default();
        if spans.len() == SPANS_MAX {
            spans.pop_front();
        }
        spans.push_back(Spent {
            seconds: passed.seconds,
            working_seconds: passed.working_seconds,
        });
    }

    /// Of the stages that enough leads of the product have left, in their order.
    pub fn medians(&self, product: &str) -> Vec<StageMedian> {
        let Some(stages) = self.by_product.get(product) else {
            return Vec::new();
        };
        STAGES
            .iter()
            .filter_map(|stage| {
                let spans = stages.get(stage.as_str())?;
                (spans.len() >= SPANS_MIN).then(|| StageMedian {
                    stage: stage.as_str(),
                    seconds: median(spans.iter().map(|spent| spent.seconds)),
                    working_seconds: median(spans.iter().map(|spent| spent.working_seconds)),
                })
            })
            .collect()
    }
}

/// The lower one of the two in the middle, where there are two.
fn median(values: impl Iterator<Item = i64>) -> i64 {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    let middle = values.len().saturating_sub(1) / 2;
    values.get(middle).copied().unwrap_or(0)
}

/// The stage that a lead leaves with an event of `code`, and when it reached it.
pub(super) fn left(history: &[Event], code: &str) -> Option<(&'static str, Micros)> {
    let next = EventCode::parse(code)?;
    let ends = matches!(next, EventCode::Won | EventCode::Lost);
    let reached = |code| STAGES.iter().position(|stage| *stage == code);
    let next = reached(next);
    if next.is_none() && !ends {
        return None;
    }
    let claimed = history
        .iter()
        .rposition(|event| event.code == EventCode::Claimed.as_str())?;
    let mut now_in = (0, history[claimed].occurred_at);
    for event in &history[claimed..] {
        if let Some(stage) = EventCode::parse(&event.code).and_then(reached)
            && stage > now_in.0
        {
            now_in = (stage, event.occurred_at);
        }
    }
    let (stage, since) = now_in;
    (ends || next > Some(stage)).then(|| (STAGES[stage].as_str(), since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::Attributes;

    fn event(code: &str, at: i64) -> Event {
        Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: Some("l".into()),
            cycle: 1,
            deal: None,
            partner: None,
            code: code.to_owned(),
            occurred_at: Micros(at),
            recorded_at: Micros(at),
            attributes: Attributes::new(),
            lines: Vec::new(),
            decision: None,
            actor: None,
        }
    }

    #[test]
    fn a_stage_is_left_for_a_further_one_or_at_the_end() {
        let history = [
            event("offered", 1),
            event("claimed", 2),
            event("not-reached", 3),
            event("contacted", 5),
            event("quoted", 9),
            event("contacted", 11),
        ];
        let left = |until: usize, code| left(&history[..until], code);
        assert_eq!(left(1, "contacted"), None);
        assert_eq!(left(3, "not-reached"), None);
        assert_eq!(left(3, "contacted"), Some(("claimed", Micros(2))));
        assert_eq!(left(2, "quoted"), Some(("claimed", Micros(2))));
        assert_eq!(left(4, "contacted"), None);
        assert_eq!(left(4, "quoted"), Some(("contacted", Micros(5))));
        assert_eq!(left(6, "appointment"), None);
        assert_eq!(left(6, "won"), Some(("quoted", Micros(9))));
        assert_eq!(left(2, "lost"), Some(("claimed", Micros(2))));
    }

    #[test]
    fn a_claim_begins_anew() {
        let history = [
            event("claimed", 1),
            event("quoted", 2),
            event("recalled", 3),
            event("claimed", 4),
        ];
        assert_eq!(
            left(&history, "contacted"),
            Some(("claimed", Micros(4))),
            "what the last holder reached is nothing to the next one"
        );
    }

    #[test]
    fn the_usual_is_that_of_the_last_leads_and_of_enough_of_them() {
        let mut stages = Stages::default();
        let mut pass = |count: usize, seconds: i64| {
            for _ in 0..count {
                let mut event = event("contacted", 0);
                event.attributes = [
                    ("lead/product", text("heat-pump")),
                    ("stage/left", text("claimed")),
                    ("stage/seconds", whole(seconds)),
                    ("stage/working-seconds", whole(seconds / 3)),
                ]
                .map(|(name, value)| (name.to_owned(), value))
                .into();
                stages.add(&event);
            }
            stages.medians("heat-pump")
        };
        assert_eq!(pass(SPANS_MIN - 1, 60), []);
        let usual = |seconds| StageMedian {
            stage: "claimed",
            seconds,
            working_seconds: seconds / 3,
        };
        assert_eq!(pass(1, 90), [usual(60)]);
        assert_eq!(pass(SPANS_MAX / 2 + 1, 90), [usual(90)]);
        assert_eq!(pass(SPANS_MAX, 30), [usual(30)]);
    }

    fn text(text: &str) -> crate::domain::attribute::AttributeValue {
        crate::domain::attribute::AttributeValue::Text(text.to_owned())
    }

    fn whole(number: i64) -> crate::domain::attribute::AttributeValue {
        crate::domain::attribute::AttributeValue::Integer(number)
    }
}
