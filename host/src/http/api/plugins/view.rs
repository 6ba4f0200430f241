//! A plugin as callers see it.

use serde::Serialize;
use serde_json::Value;

use super::super::values::instant;
use crate::domain::ids::ManufacturerId;
use crate::domain::plugin::PluginRecord;

/// A plugin in a line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PluginSummary {
    /// SHA-256 of the component, hexadecimal: its identity.
    pub digest: String,
    pub name: String,
    pub version: String,
    /// qualification, matching, escalation, compensation.
    pub kind: String,
    pub size_bytes: i64,
    pub uploaded_at: String,
    /// Whether it is the operator's, who shares it with all manufacturers. One that
    /// was bound is kept as an own one as well.
    pub shared: bool,
}

/// A plugin with all that it says of itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PluginView {
    #[serde(flatten)]
    pub summary: PluginSummary,
    /// By wit/manifest.schema.json.
    #[schema(value_type = Object)]
    pub manifest: Value,
}

impl PluginSummary {
    pub fn of(record: &PluginRecord) -> Self {
        Self {
            digest: record.digest.clone(),
            name: record.name.clone(),
            version: record.version.clone(),
            kind: record.kind.clone(),
            size_bytes: record.size_bytes,
            uploaded_at: instant(record.uploaded_at),
            shared: record.manufacturer == ManufacturerId::nobody(),
        }
    }
}

impl PluginView {
    pub fn of(record: &PluginRecord) -> Self {
        Self {
            summary: PluginSummary::of(record),
            manifest: serde_json::from_str(&record.manifest).unwrap_or_default(),
        }
    }
}
