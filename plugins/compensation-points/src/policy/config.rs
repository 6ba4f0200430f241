//! What can be set. Amounts are minor units of the contract's currency.

use stellwerk_plugin_sdk::prelude::*;

/// points * temperature * contact, for each lead with complete feedback.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// For a hot lead that was contacted at factor 1.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub points: i64,
    /// How much more colder leads are worth.
    pub temperatures: Temperatures,
    /// How much more a fast contact is worth, the fastest first.
    pub contacts: Vec<Contact>,
    /// The factor of every later contact, in parts per million.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub later: i64,
    /// What points turn into.
    pub fund: Fund,
    /// When points expire that are too few to turn.
    pub expire: Expire,
}

/// Factors by how warm the lead is, in parts per million. One of which that is not
/// known counts as hot.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Temperatures {
    #[schemars(range(min = 0, max = 10_000_000))]
    pub hot: i64,
    #[schemars(range(min = 0, max = 10_000_000))]
    pub warm: i64,
    #[schemars(range(min = 0, max = 10_000_000))]
    pub cold: i64,
}

/// A factor for a contact within some time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Contact {
    /// From the claim on, by the clock.
    pub within_seconds: u32,
    /// In parts per million.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub factor: i64,
}

/// Marketing development funds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Fund {
    /// What a point turns into.
    pub per_point: Money,
    /// How many points turn at least, when a period closes; then all do.
    #[schemars(range(min = 1))]
    pub least: i64,
}

/// When points expire that are too few to turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expire {
    /// With the period that ends with a quarter.
    Quarter,
    /// With the one that ends with the year.
    Year,
    Never,
}

impl Default for Config {
    fn default() -> Self {
        let contact = |within_seconds, factor| Contact {
            within_seconds,
            factor,
        };
        Self {
            points: 10,
            temperatures: Temperatures::default(),
            contacts: vec![contact(3_600, 1_500_000), contact(86_400, 1_000_000)],
            later: 500_000,
            fund: Fund::default(),
            expire: Expire::Year,
        }
    }
}

impl Default for Temperatures {
    fn default() -> Self {
        Self {
            hot: 1_000_000,
            warm: 1_500_000,
            cold: 2_500_000,
        }
    }
}

impl Default for Fund {
    fn default() -> Self {
        Self {
            per_point: Money(100),
            least: 100,
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.fund.per_point < Money::ZERO {
            problems.push(Problem::at("/fund/per-point", "has to be 0 or more"));
        }
        for (position, pair) in self.contacts.windows(2).enumerate() {
            if pair[1].within_seconds <= pair[0].within_seconds {
                problems.push(Problem::at(
                    format!("/contacts/{}/within-seconds", position + 1),
                    "has to be more than that of the one before",
                ));
            }
        }
        problems
    }
}
