//! What a plugin says of itself; `wit/manifest.schema.json` describes it.

use serde::Serialize;
use serde_json::{Value, json};

/// What the plugin is, reads and answers.
///
/// ```
/// use stellwerk_plugin_sdk::Manifest;
/// let manifest = Manifest::new("matching-nearest", "0.1.0", "Offers to the nearest.")
///     .figure("open")
///     .reason("too-far", "Too far: {0} km.", "Zu weit: {0} km.");
/// ```
#[derive(Clone, Debug)]
pub struct Manifest {
    name: String,
    version: String,
    summary: String,
    attributes: Vec<AttributeUse>,
    figures: Vec<String>,
    measures: Vec<String>,
    targets: Vec<String>,
    events: Vec<String>,
    accounts: Vec<Account>,
    counter: Option<String>,
    declares: Vec<String>,
    reasons: Vec<ReasonText>,
    examples: Vec<Value>,
    golden: Vec<Value>,
}

/// An attribute that the policy reads.
#[derive(Clone, Debug, Serialize)]
pub struct AttributeUse {
    pub name: String,
    /// lead, partner, claim, deal, customer, event, line, source.
    pub of: &'static str,
    /// text, texts, integer, number, flag, money, date.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub about: &'static str,
}

/// What an account counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Minor units of the contract's currency.
    Money,
    Points,
    Count,
}

/// When an account begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resets {
    Month,
    Quarter,
    Year,
    Never,
}

/// An account: a policy's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub name: String,
    pub unit: Unit,
    /// partner, contract, lead, deal, customer, plan.
    pub holder: &'static str,
    pub resets: Resets,
    /// earning, bonus, malus, adjustment, clawback, reserve, release, draw,
    /// points, mdf, payout, base.
    pub kind: &'static str,
    pub about: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct ReasonText {
    code: String,
    en: String,
    de: String,
}

impl Manifest {
    /// A manifest with nothing but a name.
    pub fn new(name: &str, version: &str, summary: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            attributes: Vec::new(),
            figures: Vec::new(),
            measures: Vec::new(),
            targets: Vec::new(),
            events: Vec::new(),
            accounts: Vec::new(),
            counter: None,
            declares: Vec::new(),
            reasons: Vec::new(),
            examples: Vec::new(),
            golden: Vec::new(),
        }
    }

    /// An attribute that the policy reads.
    pub fn attribute(mut self, attribute: AttributeUse) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// A figure that it reads, without prefix and window.
    pub fn figure(mut self, name: &str) -> Self {
        self.figures.push(name.to_owned());
        self
    }

    pub fn measure(mut self, name: &str) -> Self {
        self.measures.push(name.to_owned());
        self
    }

    pub fn target(mut self, name: &str) -> Self {
        self.targets.push(name.to_owned());
        self
    }

    /// An event that it reacts to.
    pub fn event(mut self, code: &str) -> Self {
        self.events.push(code.to_owned());
        self
    }

    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// The name of the one number per partner that matching keeps.
    pub fn counter(mut self, name: &str) -> Self {
        self.counter = Some(name.to_owned());
        self
    }

    /// A law that the plan breaks by design: floor, cap, minimum …
    pub fn declares(mut self, what: &str) -> Self {
        self.declares.push(what.to_owned());
        self
    }

    /// A reason code with its texts; {0}, {1} … stand for its arguments.
    pub fn reason(mut self, code: &str, en: &str, de: &str) -> Self {
        self.reasons.push(ReasonText {
            code: code.to_owned(),
            en: en.to_owned(),
            de: de.to_owned(),
        });
        self
    }

    /// An example of a configuration, as JSON: `{"name": …, "value": …}`.
    pub fn example(mut self, json: &str) -> Self {
        self.examples.push(parsed(json));
        self
    }

    /// A golden example, as JSON: input, and the fields of the outcome that
    /// matter. The host runs it when the plugin is uploaded.
    pub fn golden(mut self, json: &str) -> Self {
        self.golden.push(parsed(json));
        self
    }

    /// All codes that the policy's reasons may have.
    pub fn reason_codes(&self) -> impl Iterator<Item = &str> {
        self.reasons.iter().map(|reason| reason.code.as_str())
    }

    /// The golden examples.
    pub fn golden_examples(&self) -> &[Value] {
        &self.golden
    }

    /// The document that `describe` answers.
    pub(crate) fn document(&self, kind: &str, schema: Value, default: Value) -> Value {
        let mut document = json!({
            "name": self.name,
            "version": self.version,
            "kind": kind,
            "summary": self.summary,
            "configuration": {
                "schema": schema,
                "default": default,
                "examples": self.examples,
            },
            "attributes": self.attributes,
            "figures": self.figures,
            "measures": self.measures,
            "targets": self.targets,
            "events": self.events,
            "accounts": self.accounts,
            "declares": self.declares,
            "reasons": self.reasons,
            "golden": self.golden,
        });
        if let Some(counter) = &self.counter {
            document["counter"] = json!(counter);
        }
        document
    }
}

/// A file of the plugin that is no JSON: the plugin does not load, and the text
/// of the panic says which.
fn parsed(json: &str) -> Value {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!("a document of the manifest is no JSON: {error}: {json}"),
    }
}
