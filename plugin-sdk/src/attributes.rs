//! The names that values go by.

use crate::{Money, Span, Value, Word};

/// Named values, each name at most once. A name that is missing, or whose value
/// is of another type, reads as no value.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let lead: Lead = testing::input(
///     r#"{ "attributes": {
///         "building-year": { "integer": 1974 },
///         "heated-area": { "number": 140.5 },
///         "roof": { "text": "flat" },
///         "interests": { "texts": ["heat-pump", "solar"] },
///         "consent": { "flag": true },
///         "budget": { "money": 3000000 }
///     } }"#,
/// );
/// let house = &lead.attributes;
/// assert_eq!(house.integer(Word::of("building-year")), Some(1974));
/// assert_eq!(house.number(Word::of("heated-area")), Some(140.5));
/// assert_eq!(house.text(Word::of("roof")), Some(Word::of("flat")));
/// assert!(house.texts(Word::of("interests")).contains(&Word::of("solar")));
/// assert_eq!(house.flag(Word::of("consent")), Some(true));
/// assert_eq!(house.money(Word::of("budget")), Some(Money(3_000_000)));
/// assert!(!house.has(Word::of("storeys")));
/// ```
///
/// Those of an answer are put together:
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// // What qualification has found out goes on to matching.
/// let attributes = Attributes::new()
///     .with("customer-value", Money(480_000))
///     .with("segment", "retrofit");
/// assert_eq!(attributes.money(Word::of("customer-value")), Some(Money(480_000)));
/// let assessment = Assessment::of(Outcome::Qualified { attributes });
/// assert_ne!(assessment.outcome, Outcome::qualified());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub(crate) Vec<(Word, Value)>);

impl Attributes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more.
    pub fn with(mut self, name: impl Into<Word>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Gives a name its value, in place of the one that it had.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let mut found = Attributes::new().with("segment", "retrofit");
    /// found.set("segment", "new-building");
    /// assert_eq!(found.text(Word::of("segment")), Some(Word::of("new-building")));
    /// ```
    pub fn set(&mut self, name: impl Into<Word>, value: impl Into<Value>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
    }

    /// The value of that name, whatever its type.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let answers = Attributes::new().with("roof", "flat");
    /// assert_eq!(answers.get(Word::of("roof")), Some(&Value::from("flat")));
    /// ```
    pub fn get(&self, name: Word) -> Option<&Value> {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Whether there is a value of that name.
    pub fn has(&self, name: Word) -> bool {
        self.get(name).is_some()
    }

    /// A word.
    pub fn text(&self, name: Word) -> Option<Word> {
        match self.get(name)? {
            Value::Text(text) => Some(*text),
            _ => None,
        }
    }

    /// A set of words; nothing in it where there is none.
    pub fn texts(&self, name: Word) -> &[Word] {
        match self.get(name) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// A whole number.
    pub fn integer(&self, name: Word) -> Option<i64> {
        match self.get(name)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// A number, or an integer as one.
    pub fn number(&self, name: Word) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Integer(integer) => Some(*integer as f64),
            _ => None,
        }
    }

    /// Yes or no.
    pub fn flag(&self, name: Word) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// An amount in minor units.
    pub fn money(&self, name: Word) -> Option<Money> {
        match self.get(name)? {
            Value::Money(money) => Some(*money),
            _ => None,
        }
    }

    /// A length of time.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::escalation::Offer;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// let offer: Offer = testing::input(
    ///     r#"{ "attributes": { "reserved-for": { "span": "4 working hours" } } }"#,
    /// );
    /// let reserved = offer.attributes.span(Word::of("reserved-for"));
    /// assert_eq!(reserved.unwrap().to_string(), "4 working hours");
    /// ```
    pub fn span(&self, name: Word) -> Option<&Span> {
        match self.get(name)? {
            Value::Span(span) => Some(span),
            _ => None,
        }
    }

    /// All names with their values.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let answers = Attributes::new().with("owner", true).with("radiators", false);
    /// let denied: Vec<Word> = answers
    ///     .iter()
    ///     .filter(|(_, answer)| **answer == Value::Flag(false))
    ///     .map(|(question, _)| question)
    ///     .collect();
    /// assert_eq!(denied, [Word::of("radiators")]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (Word, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Whether there is none.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// // No qualifier has answered anything yet.
    /// let input: AssessInput = testing::input("{}");
    /// assert!(input.answers.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
