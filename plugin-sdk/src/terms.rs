//! The contract's terms, as far as policies usually read them. What is missing
//! in a document of another version has its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Money, Span, Temperature, Word};

/// A read-only view of the terms, given to `configure`.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let terms = testing::terms();
/// assert_eq!(terms.currency, "EUR");
/// assert_eq!(terms.levels.first().map(String::as_str), Some("registered"));
/// assert_eq!(terms.feedback_every.to_string(), "10 business days");
/// // Promised times have their home in the terms, not in a configuration.
/// let hot = terms.service_level(Temperature::Hot);
/// assert_eq!(hot.claim.to_string(), "15 minutes");
/// let heat_pump = terms.product(Word::of("heat-pump")).unwrap();
/// assert_eq!(heat_pump.value, Some(Money(2_500_000)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Terms {
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Partner levels, the lowest first.
    pub levels: Vec<String>,
    /// By size, the smallest first.
    pub value_bands: Vec<ValueBand>,
    pub products: Vec<Product>,
    /// Promised times by temperature: hot, warm, cold.
    pub service_levels: BTreeMap<String, ServiceLevel>,
    /// How often the holder of a lead reports.
    pub feedback_every: Span,
    /// A claimed lead that nobody has worked after so many days counts as unworked.
    pub unworked_after_days: u32,
    pub periods: Periods,
}

/// Which partner levels a project of that size is for.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let terms = testing::terms();
/// let project = Money(2_500_000);
/// let band = terms
///     .value_bands
///     .iter()
///     .find(|band| band.below.is_none_or(|below| project < below));
/// assert_eq!(band.unwrap().levels, ["silver", "gold"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueBand {
    pub name: String,
    /// The first value beyond the band; the last band has none.
    pub below: Option<Money>,
    pub levels: Vec<String>,
}

/// An entry of the service catalogue.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // Taken in as words once, in `configure`.
/// let terms = testing::terms();
/// let product = terms.product(Word::of("heat-pump")).unwrap();
/// let required: Vec<Word> = product.required.iter().map(|name| Word::of(name)).collect();
/// assert!(required.contains(&Word::of("building-year")));
/// // A lead that rests twice as long in one stage has stalled.
/// assert_eq!(product.median_stage_days.map(|days| 2 * days), Some(28));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Product {
    pub code: String,
    /// Contact fields and attributes without which a lead is not complete.
    pub required: Vec<String>,
    /// What a project is usually worth.
    pub value: Option<Money>,
    /// How long its leads usually stay in one stage.
    pub median_stage_days: Option<u32>,
}

/// Over which money is reckoned.
///
/// ```
/// use stellwerk_plugin_sdk::testing;
///
/// // A target is agreed for the year; each period has its part of it.
/// let target = 240;
/// let of_period = match testing::terms().periods.cadence.as_str() {
///     "month" => target / 12,
///     "quarter" => target / 4,
///     _ => target,
/// };
/// assert_eq!(of_period, 20);
/// ```
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let promised = testing::terms().service_level(Temperature::Warm);
/// // Until then the offers of the wave stand …
/// let claim = WakeUp::after("claim", promised.claim);
/// assert_eq!(claim.after.to_string(), "4 working hours");
/// // … and until then whoever claims has to call.
/// let contact = WakeUp::after("contact", promised.contact);
/// assert_eq!(contact.after.to_string(), "24 hours");
/// ```
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

    /// The promised times of a temperature; no time at all where the terms promise
    /// none.
    pub fn service_level(&self, temperature: Temperature) -> ServiceLevel {
        let name = match temperature {
            Temperature::Hot => "hot",
            Temperature::Warm => "warm",
            Temperature::Cold => "cold",
        };
        self.service_levels.get(name).cloned().unwrap_or_default()
    }
}
