//! Bindings as they are printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::contract::Binding;
use crate::host::Host;
use crate::store;

/// A generation of a slot; also as a server answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Generation {
    pub slot: String,
    pub generation: i64,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub plugin_digest: String,
    pub configuration: Value,
    pub configuration_digest: String,
    pub active_from: String,
    pub comment: String,
}

/// Several of them.
#[derive(Debug, Serialize)]
pub struct Generations {
    pub generations: Vec<Generation>,
}

/// What is bound to a contract's slots.
#[derive(Debug, Serialize)]
pub struct Bindings {
    pub bindings: Vec<Generation>,
}

impl Generation {
    pub fn of(binding: &Binding, plugin: String) -> Self {
        Self {
            slot: binding.slot.clone(),
            generation: binding.generation,
            plugin,
            plugin_digest: binding.plugin_digest.clone(),
            configuration: serde_json::from_str(&binding.configuration).unwrap_or_default(),
            configuration_digest: binding.configuration_digest.clone(),
            active_from: binding.active_from.to_string(),
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

    /// To the second, or where the contract's life begins.
    fn from(&self) -> String {
        match self.active_from.parse::<jiff::Timestamp>() {
            Ok(instant) if instant == jiff::Timestamp::UNIX_EPOCH => "the beginning".to_owned(),
            Ok(instant) => format!("{instant:.0}"),
            Err(_) => self.active_from.clone(),
        }
    }

    fn comment(&self) -> String {
        match self.comment.as_str() {
            "" => String::new(),
            comment => format!("  {comment}"),
        }
    }
}

/// Whole: with the configuration.
impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "slot           {}", self.slot)?;
        writeln!(f, "generation     {}", self.generation)?;
        writeln!(f, "plugin         {}", self.plugin)?;
        writeln!(f, "digest         {}", self.plugin_digest)?;
        writeln!(f, "from           {}", self.from())?;
        if !self.comment.is_empty() {
            writeln!(f, "comment        {}", self.comment)?;
        }
        writeln!(f, "configuration")?;
        writeln!(f, "{:#}", self.configuration)
    }
}

/// A line each.
impl fmt::Display for Generations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for of in &self.generations {
            writeln!(
                f,
                "{:>4}  {:36}  configuration {}  from {}{}",
                of.generation,
                of.plugin,
                short(&of.configuration_digest),
                of.from(),
                of.comment()
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bindings.is_empty() {
            return f.write_str("nothing is bound");
        }
        for of in &self.bindings {
            writeln!(
                f,
                "{:28}  {:36}  generation {}, from {}{}",
                of.slot,
                of.plugin,
                of.generation,
                of.from(),
                of.comment()
            )?;
        }
        Ok(())
    }
}

/// Enough of a digest to tell it from others.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
