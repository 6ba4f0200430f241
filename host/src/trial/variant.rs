//! A plan that is tried: the contract in force with some of its rules replaced.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::routing::counts::Counting;
use crate::apply::Document;
use crate::domain::text;

/// What is in force is compared under this name.
pub const IN_FORCE: &str = "in-force";

/// A contract with the rules of a plan.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its file's name without the ending.
    pub code: String,
    pub name: String,
    /// The whole contract by this plan, as a file that `apply` takes.
    pub contract: String,
    pub document: Document,
    /// From what history its qualification gets its counts; none: as it is configured.
    pub counts: Option<Counting>,
}

/// A plan's file: what it does not name stays as it is in the contract.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PlanFile {
    name: String,
    /// Fields of the contract's terms that are others.
    #[serde(default)]
    terms: Table,
    /// By slot.
    #[serde(default)]
    bindings: BTreeMap<String, Change>,
    counts: Option<Counting>,
}

/// What becomes of a slot.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Change {
    /// Nothing is bound to it.
    #[serde(default)]
    remove: bool,
    /// Without it the contract's own plugin is configured otherwise.
    plugin: Option<String>,
    configuration: Option<Value>,
}

/// The contract as it is.
pub fn in_force(contract: Table) -> Result<Variant, String> {
    variant(IN_FORCE, "As it is", contract)
}

impl Variant {
    /// Reads a plan over a contract.
    ///
    /// # Errors
    /// Says in words what is wrong, and where.
    pub fn read(code: &str, toml: &str, contract: &Table) -> Result<Self, String> {
        if code == IN_FORCE {
            return Err(format!(
                "`{IN_FORCE}` is what the contract itself is called; give the plan another name"
            ));
        }
        let plan: PlanFile = toml::from_str(toml).map_err(|error| match error.span() {
            Some(span) => format!("{}: {}", text::place_in(toml, span.start), error.message()),
            None => error.message().to_owned(),
        })?;
        let mut contract = contract.clone();
        merge(table(&mut contract, "terms")?, plan.terms);
        let bindings = table(&mut contract, "bindings")?;
        for (slot, change) in plan.bindings {
            change.make(&slot, bindings)?;
        }
        let variant = variant(code, &plan.name, contract)?;
        Ok(Self {
            counts: plan.counts,
            ..variant
        })
    }

    /// Whether it decides by other rules than `other` who gets which leads.
    pub fn routes_otherwise(&self, other: &Self) -> bool {
        let differs = |slot: &str| {
            let [own, others] = [self, other].map(|variant| {
                let binding = variant.document.bindings.get(slot)?;
                Some((&binding.plugin, &binding.configuration))
            });
            own != others
        };
        self.counts.is_some()
            || ["qualification", "matching", "escalation"]
                .into_iter()
                .any(differs)
    }
}

fn variant(code: &str, name: &str, contract: Table) -> Result<Variant, String> {
    let contract = toml::to_string(&contract).map_err(|error| error.to_string())?;
    let document = Document::parse(&contract)
        .map_err(|error| format!("the contract by this plan cannot be: {}", error.message))?;
    Ok(Variant {
        code: code.to_owned(),
        name: name.to_owned(),
        contract,
        document,
        counts: None,
    })
}

impl Change {
    fn make(self, slot: &str, bindings: &mut Table) -> Result<(), String> {
        if self.remove {
            return match bindings.remove(slot) {
                Some(_) => Ok(()),
                None => Err(format!(
                    "bindings.\"{slot}\": nothing is bound there to remove"
                )),
            };
        }
        let bound = bindings.get(slot).and_then(Value::as_table);
        let mut binding = bound.cloned().unwrap_or_default();
        if let Some(plugin) = self.plugin {
            // Another plugin is configured from its own defaults.
            binding = Table::from_iter([("plugin".to_owned(), Value::String(plugin))]);
        } else if binding.is_empty() {
            return Err(format!(
                "bindings.\"{slot}\": name a `plugin`, for the contract has none there"
            ));
        }
        if let Some(configuration) = self.configuration {
            binding.insert("configuration".to_owned(), configuration);
        }
        bindings.insert(slot.to_owned(), Value::Table(binding));
        Ok(())
    }
}

fn table<'t>(of: &'t mut Table, name: &str) -> Result<&'t mut Table, String> {
    of.entry(name)
        .or_insert_with(|| Value::Table(Table::new()))
        .as_table_mut()
        .ok_or_else(|| format!("`{name}` of the contract is no table"))
}

/// Tables are merged, everything else is replaced.
fn merge(into: &mut Table, from: Table) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(known)), Value::Table(more)) => merge(known, more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = include_str!("../../examples/heat-pumps.toml");

    fn read(plan: &str) -> Result<Variant, String> {
        Variant::read("other", plan, &CONTRACT.parse().unwrap())
    }

    #[test]
    fn what_a_plan_does_not_name_stays() {
        let plan = read(
            "name = 'Other'\n[bindings.'compensation/commission']\nconfiguration = { rate = 30000 }",
        );
        let bindings = plan.unwrap().document.bindings;
        let commission = &bindings["compensation/commission"];
        assert_eq!(commission.plugin, "compensation-flat-split");
        let rate = serde_json::json!({ "rate": 30_000 });
        assert_eq!(commission.configuration, Some(rate));
        assert_eq!(bindings.len(), 5);
    }

    #[test]
    fn another_plugin_begins_with_its_own_defaults() {
        let plan = read(
            "name = 'Other'\n[bindings.'compensation/commission']\nplugin = 'compensation-tiers'",
        );
        let commission = &plan.unwrap().document.bindings["compensation/commission"];
        assert_eq!(commission.configuration, None);
    }

    #[test]
    fn terms_are_merged_and_components_removed() {
        let plan = read(
            "name = 'Other'\n[terms.calendar]\nholidays = []\n\
             [bindings.'compensation/care']\nremove = true",
        );
        let document = plan.unwrap().document;
        assert!(!document.bindings.contains_key("compensation/care"));
        assert_eq!(document.terms.currency, "EUR");
    }

    #[test]
    fn what_cannot_be_is_said_with_its_place() {
        let typo = read("name = 'Other'\n[bindings.matching]\nplugn = 'x'");
        assert!(
            typo.unwrap_err()
                .starts_with("line 3, column 1: unknown field")
        );
        let nothing = read("name = 'Other'\n[bindings.'compensation/none']\nremove = true");
        assert!(nothing.unwrap_err().contains("nothing is bound there"));
        let unbound = read("name = 'Other'\n[bindings.'compensation/none']\nconfiguration = {}");
        assert!(unbound.unwrap_err().contains("name a `plugin`"));
    }
}
