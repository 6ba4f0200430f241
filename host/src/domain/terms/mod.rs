//! A contract's terms: service catalogue, calendar, promised times, value bands
//! and what else policies and host have to agree on. One number has one home.
//!
//! The document is `wit/terms.schema.json`; policies are told it complete, with
//! every default filled in.

mod check;
mod defaults;
mod hours;
mod swaps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::attribute::AttributeValue;
use super::calendar::Cadence;
use super::event::EventCode;
use super::span::Span;
use super::temperature::Temperature;
use super::whole;
use defaults::{
    default_feedback_every, default_languages, default_roles, default_unworked_after_days,
    default_working_hours, is_yes, yes,
};

pub use swaps::{Fallback, Gates, Quarantine, Swaps};

/// The terms as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Terms {
    /// ISO 4217.
    pub currency: String,
    /// IANA name, such as Europe/Berlin.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2; for phone numbers without a country code.
    pub country: String,
    #[serde(default = "default_languages")]
    pub languages: Vec<String>,
    #[serde(default)]
    pub calendar: Hours,
    /// Partner levels, the lowest first.
    pub levels: Vec<String>,
    #[serde(default)]
    pub value_bands: Vec<ValueBand>,
    #[serde(default)]
    pub products: Vec<Product>,
    #[serde(default)]
    pub sources: Vec<Named>,
    #[serde(default)]
    pub service_levels: ServiceLevels,
    /// How often the holder of a lead reports.
    #[serde(default = "default_feedback_every", with = "span_text")]
    pub feedback_every: Span,
    /// A claimed lead without contact attempt, care contact or outcome counts
    /// as unworked after that many days.
    #[serde(
        default = "default_unworked_after_days",
        deserialize_with = "whole::days"
    )]
    pub unworked_after_days: u32,
    #[serde(default)]
    pub attributes: Vec<Declared>,
    /// Events beyond those of the host.
    #[serde(default)]
    pub events: Vec<DeclaredEvent>,
    #[serde(default)]
    pub periods: Periods,
    /// Whether those above the claimer see the contact.
    #[serde(default)]
    pub contact_visible_above: bool,
    /// Whether the manufacturer sees what is in a partner's open business:
    /// customer, value, lines and attributes of a deal before it is won, and
    /// what is reported beside feedback. Written only where it does not, so that
    /// what was agreed before reads the same.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub pipeline_visible: bool,
    /// Whether `assess` is told what people wrote; `wit/free-text.md` describes it.
    #[serde(default)]
    pub free_text: bool,
    /// After so many days the person behind a lead that has ended is forgotten; none:
    /// never. Written only where it is set, for it is nothing to policies.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_days"
    )]
    pub retention_days: Option<u32>,
    /// Who is paid besides the claimer and those above.
    #[serde(default)]
    pub payees: Vec<NamedPayee>,
    /// Whom escalation may tell.
    #[serde(default = "default_roles")]
    pub roles: Vec<String>,
    /// Whether a lead keeps the generations of matching and escalation with
    /// which its cycle began.
    #[serde(default = "yes")]
    pub generations_pinned_to_cycle: bool,
    #[serde(default, skip_serializing_if = "Swaps::is_default")]
    pub swaps: Swaps,
}

/// Working hours by weekday, and the days without any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hours {
    /// By English weekday; `[["08:00", "17:00"]]`, `24:00` for the end of a day.
    #[serde(default = "default_working_hours")]
    pub working_hours: BTreeMap<String, Vec<[String; 2]>>,
    /// Such as 2026-12-25.
    #[serde(default)]
    pub holidays: BTreeSet<Date>,
}

/// Which partner levels a project of that size is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ValueBand {
    pub name: String,
    /// Minor units; the last band has none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_amount"
    )]
    pub below: Option<i64>,
    pub levels: Vec<String>,
}

/// An entry of the service catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Product {
    pub code: String,
    /// By language.
    #[serde(default)]
    pub name: BTreeMap<String, String>,
    /// Contact fields and attributes without which a lead is not complete.
    #[serde(default)]
    pub required: Vec<String>,
    /// What a project is usually worth, in minor units.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_amount"
    )]
    pub value: Option<i64>,
    /// How long leads usually stay in a stage.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_days"
    )]
    pub median_stage_days: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Named {
    pub code: String,
    /// By language.
    #[serde(default)]
    pub name: BTreeMap<String, String>,
}

/// Promised times by temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceLevels {
    pub hot: ServiceLevel,
    pub warm: ServiceLevel,
    pub cold: ServiceLevel,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceLevel {
    /// From offer to claim.
    #[serde(with = "span_text")]
    pub claim: Span,
    /// From claim to the first contact.
    #[serde(with = "span_text")]
    pub contact: Span,
}

/// An attribute that entities of the contract may carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Declared {
    pub name: String,
    pub of: Of,
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Personal attributes are kept with the contact; no policy sees them.
    #[serde(default)]
    pub personal: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What carries the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    Lead,
    Partner,
    Claim,
    Deal,
    Customer,
    Event,
    Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeType {
    Text,
    Texts,
    Integer,
    Number,
    Flag,
    Money,
    Date,
}

impl AttributeType {
    /// Whether a value is of the type.
    pub fn fits(self, value: &AttributeValue) -> bool {
        matches!(
            (self, value),
            (Self::Text, AttributeValue::Text(_))
                | (Self::Texts, AttributeValue::Texts(_))
                | (Self::Integer, AttributeValue::Integer(_))
                | (
                    Self::Number,
                    AttributeValue::Number(_) | AttributeValue::Integer(_)
                )
                | (Self::Flag, AttributeValue::Flag(_))
                | (Self::Money, AttributeValue::Money(_))
                | (Self::Date, AttributeValue::Date(_))
        )
    }

    /// What has to be written, in the words of a message.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Money => "a whole number of minor units",
            Self::Date => "a date such as 2026-03-02",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclaredEvent {
    pub code: String,
    #[serde(default)]
    pub about: String,
    /// Whether partners report it.
    #[serde(default)]
    pub feedback: bool,
}

/// The periods over which money is reckoned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Periods {
    pub cadence: Cadence,
    /// How long after its end a period may be closed at the earliest.
    #[serde(deserialize_with = "whole::days")]
    pub grace_business_days: u32,
    /// How far back an event may lie.
    #[serde(deserialize_with = "whole::days")]
    pub late_days_max: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NamedPayee {
    pub role: String,
    /// A partner's code.
    pub partner: String,
}

/// What is wrong with terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsProblem {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// What, and what would be right.
    pub message: String,
}

impl Terms {
    /// Reads terms that were kept: they hold, whatever is asked of new ones.
    pub fn kept(json: &str) -> Result<Self, Vec<TermsProblem>> {
        serde_json::from_str(json).map_err(|error| {
            vec![TermsProblem {
                pointer: String::new(),
                message: error.to_string(),
            }]
        })
    }

    /// Reads terms and checks what a schema cannot say.
    pub fn parse(json: &str) -> Result<Self, Vec<TermsProblem>> {
        let terms = Self::kept(json)?;
        let problems = terms.problems();
        if problems.is_empty() {
            Ok(terms)
        } else {
            Err(problems)
        }
    }

    /// The complete document as canonical JSON (RFC 8785).
    pub fn canonical_json(&self) -> String {
        // Terms hold text, flags and numbers below 2^53 alone, which cannot fail.
        serde_json_canonicalizer::to_string(self).unwrap_or_default()
    }

    /// The catalogue's entry of that code.
    pub fn product(&self, code: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.code == code)
    }

    /// The declaration of an attribute.
    pub fn attribute(&self, of: Of, name: &str) -> Option<&Declared> {
        self.attributes
            .iter()
            .find(|declared| declared.of == of && declared.name == name)
    }

    /// The promised times of a temperature; those of a cold lead where none is
    /// known.
    pub fn service_level(&self, temperature: Option<Temperature>) -> &ServiceLevel {
        match temperature {
            Some(Temperature::Hot) => &self.service_levels.hot,
            Some(Temperature::Warm) => &self.service_levels.warm,
            Some(Temperature::Cold) | None => &self.service_levels.cold,
        }
    }

    /// Whether partners may report the event, apart from won and lost.
    pub fn is_feedback(&self, code: &str) -> bool {
        self.feedback_codes().contains(&code)
    }

    /// What partners may report, apart from won and lost.
    pub fn feedback_codes(&self) -> Vec<&str> {
        let own = self
            .events
            .iter()
            .filter(|event| event.feedback)
            .map(|event| event.code.as_str());
        EventCode::FEEDBACK
            .iter()
            .map(|code| code.as_str())
            .chain(own)
            .collect()
    }
}

/// Spans as their text.
mod span_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Span;

    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(span)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let text = String::deserialize(deserializer)?;
        let span: Span = text.parse().map_err(D::Error::custom)?;
        if span.0.is_empty() {
            return Err(D::Error::custom(
                "an empty span: write such as `4 working hours`",
            ));
        }
        Ok(span)
    }
}
