//! What policies are told. Never personal data: of a lead's contact at most
//! which fields are there, and of attributes only what the terms do not declare
//! personal; what people wrote only where the terms allow free text.

mod experience;
mod lead;
mod partners;

use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::Calendar;
use crate::domain::time::Micros;
use crate::policy::question::{self, Age, Instant, Value};

pub use experience::{source, source_by, stage_medians, stage_medians_by};
pub use lead::{contact, free_text, lead, seat};
pub use partners::{KnownPartners, Occasion, is_counted};

/// The instant of a question, by the contract's clock and calendar.
#[derive(Clone, Copy, Debug)]
pub struct AsOf<'a> {
    pub calendar: &'a Calendar,
    pub now: Micros,
}

impl AsOf<'_> {
    /// How long ago `then` was, on the clock and in working time.
    pub fn age(&self, then: Micros) -> Age {
        Age {
            elapsed_seconds: (self.now.0 - then.0).div_euclid(1_000_000),
            working_seconds: self.calendar.working_seconds_between(then, self.now),
        }
    }

    /// `at`, by the contract's clock and calendar.
    pub fn instant(&self, at: Micros) -> Instant {
        Instant {
            micros: at.0,
            offset_seconds: self.calendar.offset_seconds(at),
            in_working_time: self.calendar.in_working_time(at),
        }
    }

    /// Attributes as policies are told them.
    pub fn attributes(&self, attributes: &Attributes) -> question::Attributes {
        attributes
            .iter()
            .filter_map(|(name, value)| {
                let told = match value {
                    AttributeValue::Instant(at) => Value::Instant(self.instant(*at)),
                    other => plain(other)?,
                };
                Some((name.clone(), told))
            })
            .collect()
    }
}

/// A value that means the same by every calendar; none: an instant.
fn plain(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Text(text) => Value::Text(text.clone()),
        AttributeValue::Texts(texts) => Value::Texts(texts.clone()),
        AttributeValue::Integer(integer) => Value::Integer(*integer),
        AttributeValue::Number(number) => Value::Number(*number),
        AttributeValue::Flag(flag) => Value::Flag(*flag),
        AttributeValue::Money(money) => Value::Money(*money),
        AttributeValue::Date(date) => Value::Date(*date),
        AttributeValue::Instant(_) => return None,
    })
}

/// Attributes as a policy has answered them, as they are kept. A span is kept
/// as its text.
pub fn from_policy(attributes: &question::Attributes) -> Attributes {
    attributes
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) => AttributeValue::Text(text.clone()),
                Value::Texts(texts) => AttributeValue::Texts(texts.clone()),
                Value::Integer(integer) => AttributeValue::Integer(*integer),
                Value::Number(number) => AttributeValue::Number(*number),
                Value::Flag(flag) => AttributeValue::Flag(*flag),
                Value::Money(money) => AttributeValue::Money(*money),
                Value::Date(date) => AttributeValue::Date(*date),
                Value::Instant(at) => AttributeValue::Instant(Micros(at.micros)),
                Value::Span(span) => AttributeValue::Text(span.to_string()),
            };
            (name.to_owned(), value)
        })
        .collect()
}
