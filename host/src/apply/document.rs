//! The file as it is written.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Value as Toml;

use crate::contracts::attributes::Plain;
use crate::domain::terms::Terms;
use crate::domain::text::{self, BadText};
use crate::domain::whole;

/// The whole file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Document {
    pub manufacturer: Named,
    pub contract: ContractTable,
    pub terms: Terms,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<PartnerTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceTable>,
    /// By slot: qualification, matching, escalation, compensation/….
    #[serde(default)]
    pub bindings: BTreeMap<String, BindingTable>,
}

/// Who it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Named {
    /// Short and unique.
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContractTable {
    pub code: String,
    pub name: String,
    /// Integrators may bind on test contracts only.
    #[serde(default)]
    pub test: bool,
}

/// A partner and its footing in the contract.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PartnerTable {
    pub code: String,
    pub name: String,
    /// Code of the partner above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Of its seat; without it the postcode's place counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// A level of the terms.
    pub level: String,
    /// How many leads it wants to hold at once.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub capacity: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
    /// As the terms declare them for partners.
    #[serde(default, skip_serializing_if = "Plain::is_empty")]
    pub attributes: Plain,
}

/// Somebody with a role, at the manufacturer or at a partner. A person with two
/// roles stands there twice.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PersonTable {
    pub email: String,
    pub name: String,
    /// manufacturer, integrator, vendor-manager, agency, partner, auditor.
    pub role: String,
    /// Code of the partner or agency that the person speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
}

/// Where a postcode lies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlaceTable {
    pub country: String,
    pub postcode: String,
    pub latitude: f64,
    pub longitude: f64,
}

/// A policy and its configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BindingTable {
    /// A plugin that ships with Stellwerk by its name, one that was uploaded by
    /// its digest or as `name@version`, or a component file, from where this file
    /// lies.
    pub plugin: String,
    /// None: the plugin's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Value>,
    /// The local day from which a compensation component pays. None: with the
    /// next period, or from the beginning where nothing has happened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime>,
}

/// Why a text is no such file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Unreadable {
    /// `line 3, column 5`.
    pub place: String,
    pub message: String,
}

impl Document {
    /// Reads a file.
    pub fn parse(toml: &str) -> Result<Self, Unreadable> {
        let unreadable = |error: toml::de::Error| {
            let place = match error.span() {
                Some(span) => text::place_in(toml, span.start),
                None => "the file".to_owned(),
            };
            Unreadable {
                place,
                message: error.message().to_owned(),
            }
        };
        let document = toml::from_str(toml).map_err(unreadable)?;
        // Databases take it for a text's end.
        if let Some(place) = nul(&toml.parse().map(Toml::Table).map_err(unreadable)?) {
            return Err(Unreadable {
                place,
                message: BadText::Control('\0').to_string(),
            });
        }
        Ok(document)
    }
}

/// Where a text with U+0000 is, such as `partners[1].name`.
fn nul(value: &Toml) -> Option<String> {
    let within = |step: String, value: &Toml| {
        let place = nul(value)?;
        let dot = if place.is_empty() || place.starts_with('[') {
            ""
        } else {
            "."
        };
        Some(format!("{step}{dot}{place}"))
    };
    match value {
        Toml::String(text) => text.contains('\0').then(String::new),
        Toml::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(position, item)| within(format!("[{position}]"), item)),
        Toml::Table(table) => table.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                return Some(text::shown(name));
            }
            within(name.clone(), value)
        }),
        _ => None,
    }
}
