//! The leads, partners and happenings that policies are told of. Never personal
//! data.

use crate::{Age, Attributes, Money, Word};

/// Told honestly to the partner.
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

/// Degrees, WGS 84; the centre of a postcode's area.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Coordinate {
    pub latitude: f64,
    pub longitude: f64,
}

/// A contact with an interest, without the person.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct Lead {
    pub reference: Word,
    /// Rounds through the lead's life; the first is 1.
    pub cycle: u32,
    /// Since it was received.
    pub age: Age,
    pub product: Option<Word>,
    /// A source code of the terms.
    pub source: Option<Word>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<Word>,
    pub postcode: Option<Word>,
    pub centroid: Option<Coordinate>,
    pub value: Option<Money>,
    pub attributes: Attributes,
}

/// What qualification found, for the policies after it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case", deny_unknown_fields, default)
)]
pub struct Assessed {
    pub temperature: Option<Temperature>,
    /// Thousandths.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub score: i64,
    pub expected_value: Option<Money>,
    /// The attributes of qualification's outcome.
    pub attributes: Attributes,
}

/// Who works leads, as of the instant in question.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Partner {
    /// The same number as in [`crate::Table::keys`].
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub key: u64,
    /// Under the names that columns have: `level`, `figure/open` …
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub attributes: Attributes,
}

/// Something that has happened.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct PastEvent {
    /// An event code: contacted, quoted, won … or one the contract declares.
    pub code: Word,
    pub age: Age,
    pub attributes: Attributes,
}
