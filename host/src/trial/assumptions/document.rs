//! The file as it is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::domain::whole::number;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Document {
    pub seeds: Vec<u32>,
    #[serde(deserialize_with = "number")]
    pub weeks: u32,
    #[serde(deserialize_with = "number")]
    pub period_weeks: u32,
    #[serde(deserialize_with = "number")]
    pub open_weeks: u32,
    #[serde(deserialize_with = "number")]
    pub lead_count: u32,
    pub promised_hours: Promised,
    #[serde(default)]
    pub providers: Vec<Provider>,
    #[serde(default)]
    pub leads: Vec<Leads>,
    #[serde(default)]
    pub measures: BTreeMap<String, Measure>,
    #[serde(default)]
    pub targets: BTreeMap<String, Decimal>,
    pub map: Map,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Promised {
    pub hot: Decimal,
    pub warm: Decimal,
    pub cold: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Provider {
    #[serde(deserialize_with = "number")]
    pub count: u32,
    pub budget_hours: Decimal,
    #[serde(deserialize_with = "crate::domain::whole::amount")]
    pub cost_per_hour: i64,
    pub response_hours: Decimal,
    #[serde(deserialize_with = "number")]
    pub weight: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Leads {
    pub source: String,
    pub temperature: Temperature,
    #[serde(default)]
    pub product: Option<String>,
    #[serde(deserialize_with = "number")]
    pub weight: u32,
    #[serde(deserialize_with = "crate::domain::whole::amount")]
    pub value: i64,
    pub project_margin_percent: Decimal,
    #[serde(deserialize_with = "crate::domain::whole::amount")]
    pub customer_value: i64,
    pub stays_if_ignored_percent: Decimal,
    pub keep_data: Work,
    pub care_contact: Work,
    pub pursue_project: Work,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Temperature {
    Hot,
    Warm,
    Cold,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Work {
    pub effort_hours: Decimal,
    /// By the code of an event.
    pub outcomes_percent: BTreeMap<String, Decimal>,
    pub stays_percent: Decimal,
}

/// Fixed, or by a share of the leads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Measure {
    #[serde(default)]
    pub fixed: Option<Decimal>,
    #[serde(default)]
    pub by: Option<Share>,
    #[serde(default)]
    pub none: Option<Decimal>,
    #[serde(default)]
    pub all: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Share {
    Worked,
    InTime,
    CaredFor,
    DataComplete,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Map {
    pub budgets_percent: Vec<Decimal>,
    pub costs_percent: Vec<Decimal>,
    pub margins_percent: Vec<Decimal>,
}

/// A number with decimals that is one: neither infinite nor none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal(f64);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        match number.is_finite() {
            true => Ok(Self(number)),
            false => Err(serde::de::Error::custom(format!(
                "is {number}; it has to be a number"
            ))),
        }
    }
}

impl Decimal {
    /// In parts of which so many are one. Beyond 64 bits it is the last one that they
    /// hold, which no check takes.
    pub fn parts(self, of_one: i64) -> i64 {
        (self.0 * of_one as f64).round() as i64
    }
}
