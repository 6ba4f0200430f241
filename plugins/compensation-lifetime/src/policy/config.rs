//! What can be set. Amounts are minor units of the contract's currency.

use stellwerk_plugin_sdk::prelude::*;

/// What is paid to the claimer of a deal over the life of the customer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// When the deal is won.
    pub commission: Commission,
    /// What a partner is paid in each period at least, as an advance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// What later years pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tranches: Option<Tranches>,
}

/// A commission that the partner is liable for: it pays back what is left of the
/// liable months when the deal is called off.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Commission {
    /// In parts per million of the deal's value.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
    /// For how long the partner is liable.
    #[schemars(range(min = 1, max = 240))]
    pub liable_months: u32,
    /// What of it is held until then, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub reserve: i64,
}

/// pay = max(earned, draw); what was advanced is paid back from later excess.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Draw {
    /// The name of the target that says each partner's draw of a whole period, in
    /// minor units. Who has none gets no advance.
    pub target: Word,
    /// How much of what is earned beyond the draw pays it back, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub recovery: i64,
}

/// Year t pays shares[t] * margin of the year, while the customer is active.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Tranches {
    /// Of each year from the first one on, in parts per million. A year that has none
    /// is the end.
    #[schemars(inner(range(min = 0, max = 1_000_000)))]
    pub shares: Vec<i64>,
    /// The attribute of an event that says the margin.
    pub margin: Word,
    /// The event that reports it, for plans by usage or demand: the margins that were
    /// reported in a year are that year's. Without one the won deal says the margin of
    /// every year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<Word>,
}

impl Default for Commission {
    fn default() -> Self {
        Self {
            rate: 30_000,
            liable_months: 36,
            reserve: 100_000,
        }
    }
}

impl Default for Draw {
    fn default() -> Self {
        Self {
            target: Word::of("draw"),
            recovery: 500_000,
        }
    }
}

impl Default for Tranches {
    fn default() -> Self {
        Self {
            shares: vec![100_000, 50_000, 50_000],
            margin: Word::of("margin"),
            reported_by: None,
        }
    }
}
