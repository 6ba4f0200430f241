//! The configuration as people and programs read it: every setting, its value
//! without secrets, and where that comes from.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::layers::keys;
use super::{Configured, Origin, variable};

/// Columns before the place that a value comes from.
const ORIGIN_COLUMN: usize = 44;

/// One setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    pub key: String,
    /// Null where it is not set.
    pub value: Value,
    /// `default`, a file and its line, a variable or a flag.
    pub from: String,
    pub variable: String,
    #[serde(skip)]
    is_default: bool,
}

/// All settings; in text as a file that would say the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    pub settings: Vec<Shown>,
}

/// The settings as they are in force.
pub fn shown(configured: &Configured) -> Settings {
    // A configuration always has a form in JSON; secrets have none.
    let document = serde_json::to_value(&configured.config).unwrap_or_default();
    let settings = keys(&document)
        .into_iter()
        .map(|key| {
            let value = document.pointer(&format!("/{}", key.replace('.', "/")));
            let origin = configured.origin(&key);
            Shown {
                value: value.cloned().unwrap_or_default(),
                from: origin.to_string(),
                variable: variable(&key),
                is_default: *origin == Origin::Default,
                key,
            }
        })
        .collect();
    Settings { settings }
}

impl Settings {
    /// The values alone, as one document for the log.
    pub fn values(&self) -> Value {
        let values = self.settings.iter();
        Value::Object(
            values
                .filter(|shown| shown.is_told())
                .map(|shown| (shown.key.clone(), shown.value.clone()))
                .collect(),
        )
    }
}

impl Shown {
    /// A kind's limits are the host's unless they were lowered.
    fn is_told(&self) -> bool {
        !(self.is_default && self.key.starts_with("engine.kinds."))
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = "";
        // What stands at the top of a file stands in no table.
        let mut told: Vec<(&str, &str, &Shown)> = self
            .settings
            .iter()
            .filter(|shown| shown.is_told())
            .map(|shown| match shown.key.rsplit_once('.') {
                Some((table, name)) => (table, name, shown),
                None => ("", shown.key.as_str(), shown),
            })
            .collect();
        told.sort_by_key(|(table, name, _)| (*table, *name));
        for (table, name, shown) in told {
            if table != last {
                writeln!(f, "\n[{table}]")?;
                last = table;
            }
            let line = match &shown.value {
                Value::Null => format!("# {name} ="),
                value => format!("{name} = {value}"),
            };
            writeln!(f, "{line:ORIGIN_COLUMN$} # {}", shown.from)?;
        }
        Ok(())
    }
}
