//! A binding as callers see it.

use serde::Serialize;
use serde_json::Value;

use super::super::values::instant;
use crate::domain::contract::Binding;
use crate::host::Host;
use crate::store;

/// A generation of a slot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BindingView {
    pub slot: String,
    /// Counts up per slot.
    pub generation: i64,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub plugin_digest: String,
    #[schema(value_type = Object)]
    pub configuration: Value,
    pub configuration_digest: String,
    /// What pays begins with a period; what routes at once.
    pub active_from: String,
    pub comment: String,
}

impl BindingView {
    pub fn of(binding: &Binding, plugin: String) -> Self {
        Self {
            slot: binding.slot.clone(),
            generation: binding.generation,
            plugin,
            plugin_digest: binding.plugin_digest.clone(),
            configuration: serde_json::from_str(&binding.configuration).unwrap_or_default(),
            configuration_digest: binding.configuration_digest.clone(),
            active_from: instant(binding.active_from),
            comment: binding.comment.clone(),
        }
    }

    /// With the plugin's name looked up.
    pub async fn named(host: &Host, binding: &Binding) -> Result<Self, store::Error> {
        let record = host
            .store
            .plugin(&binding.manufacturer, &binding.plugin_digest)
            .await?;
        let plugin = record.map_or_else(String::new, |record| {
            format!("{}@{}", record.name, record.version)
        });
        Ok(Self::of(binding, plugin))
    }
}
