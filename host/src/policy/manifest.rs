//! What a plugin says about itself: the answer of `describe`.

use std::collections::HashSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{Code, PolicyError, Problem};
use super::kind::{Function, Kind};
use super::schema::{self, violations};

/// By wit/manifest.schema.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    pub kind: Kind,
    pub summary: String,
    pub configuration: ConfigurationForm,
    #[serde(default)]
    pub attributes: Vec<DeclaredAttribute>,
    #[serde(default)]
    pub figures: Vec<String>,
    #[serde(default)]
    pub measures: Vec<String>,
    #[serde(default)]
    pub targets: Vec<String>,
    #[serde(default)]
    pub events: Vec<String>,
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// What the plugin's one counter per partner counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
    /// Laws that it breaks by design: floor, cap, minimum …
    #[serde(default)]
    pub declares: Vec<String>,
    #[serde(default)]
    pub reasons: Vec<ReasonTexts>,
    #[serde(default)]
    pub golden: Vec<Golden>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationForm {
    /// JSON Schema 2020-12.
    pub schema: Value,
    pub default: Value,
    #[serde(default)]
    pub examples: Vec<ConfigurationExample>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigurationExample {
    pub name: String,
    pub value: Value,
}

/// An attribute that the plugin may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAttribute {
    pub name: String,
    pub of: Entity,
    #[serde(rename = "type")]
    pub type_: AttributeType,
    #[serde(default)]
    pub about: String,
}

/// What carries an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entity {
    Lead,
    Partner,
    Claim,
    Deal,
    Customer,
    Event,
    Line,
    Source,
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

/// An account that the plugin may post to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub name: String,
    pub unit: Unit,
    pub holder: AccountHolder,
    pub resets: Resets,
    /// earning, bonus, malus, adjustment, clawback, reserve, release, draw,
    /// points, mdf, payout, base.
    pub kind: String,
    #[serde(default)]
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    Money,
    Points,
    Count,
}

/// To whom a balance of the account belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountHolder {
    Partner,
    Contract,
    Lead,
    Deal,
    Customer,
    Plan,
}

/// When an account's balance starts again at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resets {
    Month,
    Quarter,
    Year,
    Never,
}

/// A reason's texts, with placeholders {0}, {1} … for its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonTexts {
    pub code: String,
    pub en: String,
    pub de: String,
}

/// A question with what matters of its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    pub name: String,
    pub function: Function,
    /// The default where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Value>,
    /// The host's defaults are filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Value>,
    /// A question in its JSON view.
    pub input: Value,
    /// Part of the answer's JSON view, or `{"error": …}`.
    pub expect: Value,
}

impl Manifest {
    /// Reads what `describe` has answered, and holds it to its schema.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let bad = |problems| PolicyError::at(Code::PluginBadManifest, problems);
        let unreadable = |error: serde_json::Error| bad(vec![problem("", &error.to_string())]);
        let document: Value = serde_json::from_str(text).map_err(unreadable)?;
        let problems = violations(&SCHEMA, &document);
        if !problems.is_empty() {
            return Err(bad(problems));
        }
        serde_json::from_value(document).map_err(unreadable)
    }

    /// Name and version, as errors and receipts name the plugin.
    pub fn title(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    pub fn reason(&self, code: &str) -> Option<&ReasonTexts> {
        self.reasons.iter().find(|reason| reason.code == code)
    }
}

impl Manifest {
    /// What the type cannot say; answers the configuration's schema, ready for
    /// use.
    pub fn check(&self) -> Result<Validator, PolicyError> {
        let mut problems = Vec::new();
        self.check_names(&mut problems);
        self.check_golden(&mut problems);
        let schema = match schema::build(&self.configuration.schema) {
            Ok(schema) => schema,
            Err(found) => {
                problems.push(Problem {
                    pointer: format!("/configuration/schema{}", found.pointer),
                    message: found.message,
                });
                return Err(PolicyError::at(Code::PluginBadManifest, problems));
            }
        };
        self.check_configurations(&schema, &mut problems);
        match problems.is_empty() {
            true => Ok(schema),
            false => Err(PolicyError::at(Code::PluginBadManifest, problems)),
        }
    }

    fn check_names(&self, problems: &mut Vec<Problem>) {
        let mut unique = |list: &str, names: &mut dyn Iterator<Item = &str>| {
            let mut seen = HashSet::new();
            for (position, name) in names.enumerate() {
                if !seen.insert(name) {
                    problems.push(problem(
                        &format!("/{list}/{position}"),
                        &format!("`{name}` stands twice"),
                    ));
                }
            }
        };
        unique(
            "accounts",
            &mut self.accounts.iter().map(|a| a.name.as_str()),
        );
        unique("reasons", &mut self.reasons.iter().map(|r| r.code.as_str()));
        unique("golden", &mut self.golden.iter().map(|g| g.name.as_str()));
        if self.kind != Kind::Compensation && !self.accounts.is_empty() {
            problems.push(problem("/accounts", "are for compensation plugins only"));
        }
        if self.kind != Kind::Matching && self.counter.is_some() {
            problems.push(problem("/counter", "is for matching plugins only"));
        }
    }

    fn check_golden(&self, problems: &mut Vec<Problem>) {
        for (position, golden) in self.golden.iter().enumerate() {
            if golden.function.kind() != self.kind {
                problems.push(problem(
                    &format!("/golden/{position}/function"),
                    &format!("`{}` is no function of {}", golden.function, self.kind),
                ));
            }
        }
    }

    fn check_configurations(&self, schema: &Validator, problems: &mut Vec<Problem>) {
        let mut hold = |place: String, value: &Value| {
            problems.extend(
                violations(schema, value)
                    .into_iter()
                    .map(|violation| Problem {
                        pointer: format!("{place}{}", violation.pointer),
                        message: violation.message,
                    }),
            );
        };
        hold("/configuration/default".into(), &self.configuration.default);
        for (position, example) in self.configuration.examples.iter().enumerate() {
            hold(
                format!("/configuration/examples/{position}/value"),
                &example.value,
            );
        }
    }
}

/// What every manifest is held to.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let document =
        serde_json::from_str(include_str!("../../../wit/manifest.schema.json")).unwrap_or_default();
    // Invariant: the document is a schema; a test builds it.
    schema::build(&document).unwrap_or_else(|problem| unreachable!("{}", problem.message))
});

fn problem(pointer: &str, message: &str) -> Problem {
    Problem {
        pointer: pointer.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::json as json_value;

    /// One with everything in it.
    fn full() -> Value {
        json!({
            "name": "compensation-full",
            "version": "1.2.3-beta+4",
            "kind": "compensation",
            "summary": "Everything.",
            "configuration": {
                "schema": {"type": "object"},
                "default": {},
                "examples": [{"name": "one", "value": {}}],
            },
            "attributes": [{"name": "a", "of": "line", "type": "money", "about": "b"}],
            "figures": ["won"],
            "measures": ["m"],
            "targets": ["t"],
            "events": ["won"],
            "accounts": [{
                "name": "commission", "unit": "money", "holder": "partner",
                "resets": "never", "kind": "earning", "about": "c",
            }],
            "counter": "turns",
            "declares": ["floor"],
            "reasons": [{"code": "r", "en": "Reason {0}", "de": "Grund {0}"}],
            "golden": [{
                "name": "g", "function": "award", "configuration": {}, "terms": {},
                "input": {"context": {}, "input": {}}, "expect": {"error": "not-applicable"},
            }],
        })
    }

    #[test]
    fn schema_and_type_agree() {
        let manifest = Manifest::parse(&full().to_string()).unwrap();
        let written = serde_json::to_value(&manifest).unwrap();
        assert_eq!(written, full());
        // Each property is known to both sides, and neither takes another.
        let schema: Value =
            serde_json::from_str(include_str!("../../../wit/manifest.schema.json")).unwrap();
        let mut names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(
            names,
            written.as_object().unwrap().keys().collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (place, value) in [
            ("/name", json!("Full")),
            ("/version", json!("1.2")),
            ("/surprise", json!(1)),
            ("/kind", json!("pricing")),
            ("/figures", json!(["won", "won"])),
            ("/accounts/0/unit", json!("hours")),
            ("/accounts/0/kind", json!("gift")),
            ("/attributes/0/of", json!("weather")),
            ("/reasons/0/code", json!("")),
            ("/golden/0/input", json!({})),
        ] {
            let mut document = full();
            let (parent, name) = place.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = value;
            let error = Manifest::parse(&document.to_string()).unwrap_err();
            assert_eq!(error.code, Code::PluginBadManifest);
            let pointer = &error.problems[0].pointer;
            assert!(place.starts_with(pointer.as_str()), "{place}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_manifest_panics(odd in json_value(), index: proptest::sample::Index) {
            let mut document = full();
            let places = ["", "/configuration/schema", "/configuration/default", "/golden/0/terms",
                "/golden/0/input", "/golden/0/expect", "/accounts/0", "/reasons/0/en", "/attributes"];
            let path = *index.get(&places);
            if let Some(place) = document.pointer_mut(path) {
                *place = odd;
            }
            let _ = Manifest::parse(&document.to_string()).map(|manifest| manifest.check().is_ok());
        }
    }
}
