//! What is paid, or costs.

use crate::{Attributes, Instant, Money, Word};

/// What is paid, or costs.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": {
///         "reference": "event-9", "code": "won",
///         "occurred": { "micros": 1772445600000000 },
///         "recorded": { "micros": 1772791200000000 },
///         "attributes": { "within-sla": { "flag": true } },
///         "lines": [
///             { "product": "heat-pump", "quantity": 1000, "value": 2100000 },
///             { "product": "service", "quantity": 1000, "value": 90000 }
///         ]
///     } }"#,
/// );
/// let event = &input.event;
/// assert_eq!(event.value(), Money(2_190_000));
/// assert_eq!(event.attributes.flag(Word::of("within-sla")), Some(true));
/// // It was reported four days later: the day on which it occurred is what counts.
/// assert_eq!(event.recorded.date().0 - event.occurred.date().0, 4);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct PaidEvent {
    /// Stands for the event; earlier postings name it.
    pub reference: Word,
    /// won, cancelled, contacted, care-contact … or one the contract declares; a
    /// wake-up comes back as `due`, with its key and its attributes.
    pub code: Word,
    /// When it happened.
    pub occurred: Instant,
    /// When the host was told.
    pub recorded: Instant,
    /// What belongs to the code; wit/events.md has those of the host's own.
    pub attributes: Attributes,
    /// What was sold, where that is known.
    pub lines: Vec<Line>,
}

impl PaidEvent {
    /// Names that [`Self::value`] reads.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    pub(crate) const WORDS: &[&str] = &["value"];

    /// The value of the lines; without lines the attribute `value`.
    pub fn value(&self) -> Money {
        if self.lines.is_empty() {
            self.attributes.money(Word::of("value")).unwrap_or_default()
        } else {
            self.lines.iter().map(|line| line.value).sum()
        }
    }
}

/// A line of what was sold.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": { "code": "won", "lines": [
///         { "product": "heat-pump", "quantity": 2000, "value": 4200000 },
///         { "product": "service", "quantity": 12000, "value": 90000 }
///     ] } }"#,
/// );
/// // 250.00 for each heat pump, until the summer.
/// let sold = input.event.lines.iter().filter(|line| line.product == Word::of("heat-pump"));
/// let earned: Money = sold.map(|line| Money(25_000).times_ratio(line.quantity, 1_000)).sum();
/// assert_eq!(earned, Money(50_000));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Line {
    /// A product code of the terms.
    pub product: Word,
    /// In thousandths of the product's unit.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub quantity: i64,
    /// Of the whole line.
    pub value: Money,
    /// What the terms declare for lines, such as the margin.
    pub attributes: Attributes,
}
