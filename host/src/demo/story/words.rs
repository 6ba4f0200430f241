//! Events as sentences.

use super::super::world::World;
use crate::domain::attribute::AttributeValue;
use crate::domain::calendar::Calendar;
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::lead::Lead;

pub(super) struct Told<'a> {
    pub world: &'a World,
    pub calendar: &'a Calendar,
    pub lead: &'a Lead,
}

impl Told<'_> {
    /// What happened; none where another event says it too.
    pub fn sentence(&self, event: &Event) -> Option<String> {
        let who = event
            .partner
            .as_ref()
            .map_or_else(String::new, |partner| self.name(partner));
        let text = |name: &str| match event.attributes.get(name) {
            Some(AttributeValue::Text(text)) => text.as_str(),
            _ => "",
        };
        Some(match event.code.as_str() {
            "received" => match &self.lead.sent_by {
                Some(agency) => format!("{} sends it in", self.name(agency)),
                None => "it comes in".to_owned(),
            },
            "needs-info" => format!("it is asked back about {}", self.words(event, "questions")),
            "answered" => "the answers are entered".to_owned(),
            "qualified" => format!("it is worth a partner's time, and {}", text("temperature")),
            "offered" => format!(
                "wave {} is offered it: {}",
                self.number(event, "wave"),
                self.partners(event)
            ),
            "unmatched" => "nobody can be asked now".to_owned(),
            "lapsed" => format!("lapsed at {}", self.partners(event)),
            "declined" => format!("{who} leaves it to others: {}", text("reason")),
            "claimed" => format!("{who} takes it"),
            "recalled" => format!("it is taken back from {who}"),
            "reminded" if event.partner.is_some() => format!("{who} is reminded"),
            "reminded" => "those who are offered it are reminded".to_owned(),
            "told" => format!("told: {}", text("role")),
            "blocked" => format!("{who} gets no offers until {}", self.until(event)),
            "queued" => format!("it waits for a person: {}", text("code")),
            "released" => "the desk sends it on".to_owned(),
            "due" => match text("key") {
                "claim" => "the time to claim it is over".to_owned(),
                "contact" => "the time for a first contact is over".to_owned(),
                "feedback" => "feedback is due".to_owned(),
                "ladder" => "nobody has acted on it".to_owned(),
                // The reminder that follows says it.
                _ => return None,
            },
            "not-reached" => format!("{who} does not reach the contact"),
            "contacted" => format!("{who} speaks with the contact"),
            "appointment" => format!("{who} has an appointment"),
            "quoted" => format!("{who} has made an offer"),
            "care-contact" => format!("{who} looks after the customer"),
            "data-complete" => format!("{who} has all data that the product asks for"),
            "won" => format!("{who} wins it"),
            "lost" => format!("{who} loses it"),
            "cancelled" => "the customer calls it off".to_owned(),
            "unworked" => "its time to be worked is over".to_owned(),
            _ => return None,
        })
    }

    fn name(&self, partner: &PartnerId) -> String {
        match self.world.partners.get(partner) {
            Some(player) => player.partner.name.clone(),
            None => partner.to_string(),
        }
    }

    fn partners(&self, event: &Event) -> String {
        match event.attributes.get("partners") {
            Some(AttributeValue::Texts(partners)) => {
                let names: Vec<String> = partners
                    .iter()
                    .map(|partner| self.name(&PartnerId::from(partner.as_str())))
                    .collect();
                names.join(", ")
            }
            _ => String::new(),
        }
    }

    fn words(&self, event: &Event, name: &str) -> String {
        match event.attributes.get(name) {
            Some(AttributeValue::Texts(texts)) => {
                texts.iter().cloned().collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        }
    }

    fn number(&self, event: &Event, name: &str) -> i64 {
        match event.attributes.get(name) {
            Some(AttributeValue::Integer(number)) => *number,
            _ => 0,
        }
    }

    fn until(&self, event: &Event) -> String {
        match event.attributes.get("until") {
            Some(AttributeValue::Instant(at)) => {
                self.calendar.local(*at).strftime("%a %d %b").to_string()
            }
            _ => String::new(),
        }
    }
}
