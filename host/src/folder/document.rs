//! A binding file: what is to be in force in a contract's slots.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use jiff::civil::DateTime;
use serde::Deserialize;

use crate::contracts::binding::slot_problem;
use crate::domain::text::{self, shown};

/// How a component's file is told from a plugin's name.
const COMPONENT_ENDING: &str = ".wasm";

/// A slot of a contract, by the codes of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub manufacturer: String,
    pub contract: String,
    pub slot: String,
}

/// What a file says of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub place: Place,
    pub plugin: PluginName,
    /// Of the folder.
    pub configuration: Option<PathBuf>,
    pub comment: Option<String>,
    pub from: Option<DateTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginName {
    /// One that ships with Stellwerk, or that was uploaded.
    Known(String),
    /// A component of the folder.
    File(PathBuf),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Document {
    manufacturer: String,
    contract: String,
    /// For slots that have none of their own.
    comment: Option<String>,
    #[serde(default)]
    bindings: BTreeMap<String, Binding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Binding {
    plugin: String,
    /// A file in JSON or TOML; without it the plugin's default.
    configuration: Option<String>,
    comment: Option<String>,
    /// From when it counts, by the contract's clock; what pays takes a day.
    from: Option<DateTime>,
}

/// Reads a binding file.
///
/// # Errors
/// What is wrong, and where in the file.
pub fn parse(toml: &str) -> Result<Vec<Wish>, String> {
    let document: Document = toml::from_str(toml).map_err(|error| {
        let place = match error.span() {
            Some(span) => text::place_in(toml, span.start),
            None => "the file".to_owned(),
        };
        format!("{place}: {}", error.message())
    })?;
    let Document {
        manufacturer,
        contract,
        comment,
        bindings,
    } = document;
    let mut wishes = Vec::new();
    for (slot, binding) in bindings {
        if let Some(message) = slot_problem(&slot) {
            return Err(format!("bindings.{}: {message}", shown(&slot)));
        }
        let file = |field: &str, name: &str| {
            within(name).map_err(|message| format!("bindings.{slot}.{field}: {message}"))
        };
        wishes.push(Wish {
            plugin: match binding.plugin.ends_with(COMPONENT_ENDING) {
                true => PluginName::File(file("plugin", &binding.plugin)?),
                false => PluginName::Known(binding.plugin),
            },
            configuration: match &binding.configuration {
                Some(name) => Some(file("configuration", name)?),
                None => None,
            },
            comment: binding.comment.or_else(|| comment.clone()),
            from: binding.from,
            place: Place {
                manufacturer: manufacturer.clone(),
                contract: contract.clone(),
                slot,
            },
        });
    }
    Ok(wishes)
}

/// A file of the folder or below it: who writes the folder must not have the
/// server read other files.
fn within(name: &str) -> Result<PathBuf, String> {
    let path = Path::new(name);
    let is_within = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if name.is_empty() || !is_within || name.contains('\0') {
        return Err(format!(
            "`{}` is no file of this folder: give its name, or that of a folder below and its \
             name",
            shown(name)
        ));
    }
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::edited;

    const FILE: &str = r#"
manufacturer = "nordwaerme"
contract = "heat-pumps"
comment = "spring"

[bindings.matching]
plugin = "nearest.wasm"
configuration = "configurations/nearest.json"
comment = "two at once"

[bindings."compensation/commission"]
plugin = "compensation-flat-split@0.1.0"
from = "2026-04-01"
"#;

    #[test]
    fn a_file_says_what_is_wanted_of_each_slot() {
        let wishes = parse(FILE).unwrap();
        let [commission, matching] = wishes.as_slice() else {
            panic!("{wishes:?}");
        };
        assert_eq!(commission.place.slot, "compensation/commission");
        assert_eq!(
            commission.plugin,
            PluginName::Known("compensation-flat-split@0.1.0".to_owned())
        );
        assert_eq!(commission.comment.as_deref(), Some("spring"));
        assert_eq!(
            commission.from,
            Some(Date::constant(2026, 4, 1).at(0, 0, 0, 0))
        );
        assert_eq!(matching.place.manufacturer, "nordwaerme");
        assert_eq!(matching.place.contract, "heat-pumps");
        assert_eq!(matching.plugin, PluginName::File("nearest.wasm".into()));
        assert_eq!(
            matching.configuration.as_deref(),
            Some(Path::new("configurations/nearest.json"))
        );
        assert_eq!(matching.comment.as_deref(), Some("two at once"));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (from, to, expected) in [
            (
                "contract =",
                "contrakt =",
                "line 3, column 1: unknown field `contrakt`, expected one of `manufacturer`, \
                 `contract`, `comment`, `bindings`",
            ),
            (
                "bindings.matching",
                "bindings.machting",
                "bindings.machting: is no slot: qualification, matching, escalation, or \
                 compensation/NAME",
            ),
            (
                "nearest.wasm",
                "../nearest.wasm",
                "bindings.matching.plugin: `../nearest.wasm` is no file of this folder: give its \
                 name, or that of a folder below and its name",
            ),
            (
                "configurations/",
                "/etc/",
                "bindings.matching.configuration: `/etc/nearest.json` is no file of this folder: \
                 give its name, or that of a folder below and its name",
            ),
        ] {
            assert_eq!(parse(&FILE.replace(from, to)).unwrap_err(), expected);
        }
    }

    proptest! {
        #[test]
        fn no_file_panics(file in edited(FILE)) {
            let _ = parse(&file);
        }
    }
}
