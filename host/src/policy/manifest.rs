//! What a plugin says about itself: the answer of `describe`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{Code, PolicyError};
use super::kind::{Function, Kind};

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
    /// Reads what `describe` has answered.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        serde_json::from_str(text)
            .map_err(|error| PolicyError::new(Code::PluginBadManifest, error.to_string()))
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
