//! The leads, partners and happenings that policies are told of. Never personal
//! data.

use crate::{Age, Attributes, Money, Word};

/// How warm a lead is: told honestly to the partner. Warmer is greater.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// // The source makes it warm, a visit to the configurator hot: the warmest counts.
/// let rules = [Temperature::Warm, Temperature::Hot];
/// assert_eq!(rules.into_iter().max(), Some(Temperature::Hot));
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Temperature {
    Cold,
    Warm,
    Hot,
}

/// The centre of a postcode's area, in degrees (WGS 84). Never a house.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let lead: Lead = testing::input(
///     r#"{ "postcode": "21335", "centroid": { "latitude": 53.25, "longitude": 10.41 } }"#,
/// );
/// // A box around the showroom in Hamburg.
/// let is_near = lead.centroid.is_some_and(|place| {
///     (place.latitude - 53.55).abs() <= 1.5 && (place.longitude - 10.0).abs() <= 2.0
/// });
/// assert!(is_near);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Coordinate {
    /// Positive: north.
    pub latitude: f64,
    /// Positive: east.
    pub longitude: f64,
}

/// A contact with an interest, without the person. What the sender did not say is
/// missing.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{ "lead": {
///         "reference": "lead-1", "cycle": 2, "age": { "elapsed-seconds": 172800 },
///         "product": "heat-pump", "source": "configurator",
///         "country": "DE", "postcode": "10115", "value": 2500000,
///         "attributes": { "building-year": { "integer": 1974 } }
///     } }"#,
/// );
/// let lead = &input.lead;
/// // It has rested before, came back two days ago, and is about an old house.
/// assert!(lead.cycle > 1 && lead.age.days() == 2);
/// assert!(lead.attributes.integer(Word::of("building-year")) < Some(1978));
/// assert_eq!(lead.value, Some(Money(2_500_000)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct Lead {
    /// Stands for the lead, and says nothing else about it.
    pub reference: Word,
    /// Rounds through the lead's life; the first is 1.
    pub cycle: u32,
    /// Since it was received.
    pub age: Age,
    /// A product code of the terms.
    pub product: Option<Word>,
    /// How it came in: a source code of the terms.
    pub source: Option<Word>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<Word>,
    pub postcode: Option<Word>,
    /// None where the contract knows no place for the postcode.
    pub centroid: Option<Coordinate>,
    /// What the project may be worth.
    pub value: Option<Money>,
    /// What the terms declare for leads and is not personal.
    pub attributes: Attributes,
}

/// What qualification found, for the policies after it.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: RankInput = testing::input(
///     r#"{ "assessed": { "temperature": "hot", "expected-value": 1800000 } }"#,
/// );
/// // The sender has named no value: the expected one says how large it is.
/// let value = input.lead.value.or(input.assessed.expected_value);
/// assert_eq!(value, Some(Money(1_800_000)));
/// assert_eq!(input.assessed.temperature, Some(Temperature::Hot));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case", deny_unknown_fields, default)
)]
pub struct Assessed {
    pub temperature: Option<Temperature>,
    /// In thousandths.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub score: i64,
    /// What the lead is worth in qualification's eyes.
    pub expected_value: Option<Money>,
    /// The attributes of qualification's outcome.
    pub attributes: Attributes,
}

/// Who works leads, as of the instant in question.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AdmitInput = testing::input(
///     r#"{ "partner": { "key": "7", "attributes": {
///         "level": { "text": "gold" },
///         "capacity": { "integer": 5 }, "capacity-used": { "integer": 5 }
///     } } }"#,
/// );
/// let told = |name: &str| input.partner.attributes.integer(Word::of(name));
/// // No capacity told means no limit.
/// let is_full = told("capacity").is_some_and(|capacity| told("capacity-used") >= Some(capacity));
/// assert!(is_full);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Partner {
    /// Stands for the partner: the same number as in [`Table::keys`](crate::Table::keys).
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub key: u64,
    /// Under the names that columns have: `level`, `figure/open` …
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub attributes: Attributes,
}

/// Something that has happened.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{ "activities": [
///         { "code": "call-back", "age": { "elapsed-seconds": 3600 } },
///         { "code": "white-paper", "age": { "elapsed-seconds": 7776000 },
///           "attributes": { "topic": { "text": "solar" } } }
///     ] }"#,
/// );
/// // What is older than 30 days no longer warms.
/// let recent = input.activities.iter().filter(|activity| activity.age.days() < 30);
/// assert_eq!(recent.map(|activity| activity.code.text()).collect::<Vec<_>>(), ["call-back"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct PastEvent {
    /// An event code: contacted, quoted, won … or one the contract declares; of an
    /// activity, what the contact did.
    pub code: Word,
    /// Since it happened.
    pub age: Age,
    /// What belongs to the code; wit/events.md has those of the host's own.
    pub attributes: Attributes,
}
