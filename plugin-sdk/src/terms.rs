//! The contract's terms, as far as policies usually read them. What is missing
//! in a document of another version has its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Money, Span, Temperature, Word};

/// A read-only view of the terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Terms {
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Partner levels, the lowest first.
    pub levels: Vec<String>,
    pub value_bands: Vec<ValueBand>,
    pub products: Vec<Product>,
    pub service_levels: BTreeMap<String, ServiceLevel>,
    /// How often the holder of a lead reports.
    pub feedback_every: Span,
    pub unworked_after_days: u32,
    pub periods: Periods,
}

/// Which partner levels a project of that size is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueBand {
    pub name: String,
    /// The first value beyond the band; the last band has none.
    pub below: Option<Money>,
    pub levels: Vec<String>,
}

/// An entry of the service catalogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Product {
    pub code: String,
    /// Contact fields and attributes without which a lead is not complete.
    pub required: Vec<String>,
    /// What a project is usually worth.
    pub value: Option<Money>,
    pub median_stage_days: Option<u32>,
}

/// Over which money is reckoned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Periods {
    /// month, quarter, year.
    pub cadence: String,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            cadence: "month".to_owned(),
        }
    }
}

/// Promised times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceLevel {
    /// From offer to claim.
    pub claim: Span,
    /// From claim to first contact.
    pub contact: Span,
}

impl Terms {
    /// The catalogue's entry of that code.
    pub fn product(&self, code: Word) -> Option<&Product> {
        let code = code.text();
        self.products.iter().find(|product| product.code == code)
    }

    /// The promised times of a temperature.
    pub fn service_level(&self, temperature: Temperature) -> ServiceLevel {
        let name = match temperature {
            Temperature::Hot => "hot",
            Temperature::Warm => "warm",
            Temperature::Cold => "cold",
        };
        self.service_levels.get(name).cloned().unwrap_or_default()
    }
}
