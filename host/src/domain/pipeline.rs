//! What of a partner's open business its contract shows to the manufacturer:
//! that there is some always, what is in it by the terms.

use super::deal::{Deal, DealState};
use super::event::EventCode;
use super::happening::Event;
use super::terms::Terms;

/// Attributes of feedback that are the host's own words.
const OF_HOST: [&str; 2] = ["within-sla", "noted"];

impl Terms {
    /// Whether the manufacturer is shown no more of the deal than that there is
    /// one. What was won is paid for, and so is seen.
    pub fn hides_deal(&self, deal: &Deal) -> bool {
        !self.pipeline_visible && matches!(deal.state, DealState::Registered | DealState::Lost)
    }

    /// The event as the manufacturer is shown it.
    pub fn shown(&self, event: &Event) -> Event {
        let mut shown = event.clone();
        let is_open = matches!(
            EventCode::parse(&event.code),
            Some(EventCode::DealRegistered | EventCode::Lost)
        );
        if !self.pipeline_visible && (is_open || self.is_feedback(&event.code)) {
            shown
                .attributes
                .retain(|name, _| OF_HOST.contains(&name.as_str()));
            shown.lines.clear();
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::{AttributeValue, Attributes};
    use crate::domain::time::Micros;

    fn terms(pipeline_visible: bool) -> Terms {
        let json = serde_json::json!({
            "currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE", "levels": ["gold"],
            "events": [{ "code": "measured", "feedback": true }, { "code": "fined" }],
            "pipeline-visible": pipeline_visible,
        });
        Terms::parse(&json.to_string()).unwrap()
    }

    fn deal(state: DealState) -> Deal {
        Deal {
            manufacturer: "m".into(),
            id: "d".into(),
            contract: "c".into(),
            external_id: None,
            lead: None,
            partner: "p".into(),
            customer: None,
            state,
            registered_at: Micros(0),
            ended_at: None,
            value: Some(1),
            lines: Vec::new(),
            attributes: Attributes::new(),
            version: 1,
        }
    }

    fn event(code: &str) -> Event {
        let attributes = ["value", "within-sla"]
            .map(|name| (name.to_owned(), AttributeValue::Integer(1)))
            .into();
        Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: None,
            cycle: 0,
            deal: None,
            partner: None,
            code: code.to_owned(),
            occurred_at: Micros(0),
            recorded_at: Micros(0),
            attributes,
            lines: Vec::new(),
            decision: None,
            actor: None,
        }
    }

    #[test]
    fn a_deal_is_shown_once_it_is_won_or_where_the_terms_show_all() {
        let states = [
            DealState::Registered,
            DealState::Lost,
            DealState::Won,
            DealState::Cancelled,
        ];
        let hidden = |visible| states.map(|state| terms(visible).hides_deal(&deal(state)));
        assert_eq!(hidden(false), [true, true, false, false]);
        assert_eq!(hidden(true), [false; 4]);
    }

    #[test]
    fn of_open_business_nothing_but_the_hosts_own_words_is_shown() {
        let names = |visible, code| -> Vec<String> {
            let shown = terms(visible).shown(&event(code));
            shown.attributes.into_keys().collect()
        };
        for code in ["deal-registered", "lost", "quoted", "measured"] {
            assert_eq!(names(false, code), ["within-sla"], "{code}");
            assert_eq!(names(true, code), ["value", "within-sla"], "{code}");
        }
        for code in ["won", "cancelled", "fined", "claimed"] {
            assert_eq!(names(false, code), ["value", "within-sla"], "{code}");
        }
    }
}
