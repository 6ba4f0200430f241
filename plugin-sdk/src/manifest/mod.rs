//! What a plugin says of itself; `wit/manifest.schema.json` describes it.

mod parts;

use serde::Serialize;
use serde_json::{Value, json};

pub use parts::{Account, AttributeUse, Resets, Unit};

/// What the plugin is, reads and answers.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let manifest = Manifest::new("matching-turns", "0.1.0", "Offers to each in its turn.")
///     .attribute(AttributeUse {
///         name: "roof".to_owned(),
///         of: "lead",
///         kind: "text",
///         about: "flat roofs need partners with a crane",
///     })
///     .figure("open")
///     .counter("turns")
///     .reason("too-far", "Too far: {0} km.", "Zu weit: {0} km.")
///     .reason("no-crane", "Has no crane.", "Hat keinen Kran.");
/// assert!(manifest.reason_codes().eq(["too-far", "no-crane"]));
/// ```
///
/// A compensation policy says besides what it pays for and where it posts:
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let earning = |name: &str, about| Account {
///     name: name.to_owned(),
///     unit: Unit::Money,
///     holder: "partner",
///     resets: Resets::Month,
///     kind: "earning",
///     about,
/// };
/// let manifest = Manifest::new("compensation-quality", "0.1.0", "Deals, and how good.")
///     .event("won")
///     .event("cancelled")
///     .figure("won")
///     .target("deals")
///     .measure("rework-share")
///     .account(earning("commission", "for won deals"))
///     .account(Account { kind: "bonus", ..earning("bonus", "for little rework") })
///     .declares("floor")
///     .reason("won", "Share of {0}.", "Anteil an {0}.")
///     .reason("rework", "Rework share of {0}.", "Nacharbeit: {0}.")
///     .example(r#"{ "name": "usual", "value": { "rate": 30000 } }"#);
/// assert!(manifest.reason_codes().any(|code| code == "rework"));
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

#[derive(Clone, Debug, Serialize)]
struct ReasonText {
    code: String,
    en: String,
    de: String,
}

impl Manifest {
    /// A manifest with nothing but the plugin's name, its own version, and one
    /// sentence for those who choose a policy.
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

    /// A figure that it reads, without prefix and window; wit/figures.md has all.
    /// It is told as `figure/…`, or `figure/…@90d` where a window is wanted.
    pub fn figure(mut self, name: &str) -> Self {
        self.figures.push(name.to_owned());
        self
    }

    /// A measure that it reads, without prefix. It is told as `measure/…`.
    pub fn measure(mut self, name: &str) -> Self {
        self.measures.push(name.to_owned());
        self
    }

    /// A target that it reads, without prefix. It is told as `target/…`.
    pub fn target(mut self, name: &str) -> Self {
        self.targets.push(name.to_owned());
        self
    }

    /// An event that it reacts to; wit/events.md has those of the host, a contract
    /// may declare more.
    pub fn event(mut self, code: &str) -> Self {
        self.events.push(code.to_owned());
        self
    }

    /// An account that it posts to. Compensation only.
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// The name of the one number per partner that matching keeps. It is told in the
    /// column `counter`, and answered by [`Ranking::count`](crate::matching::Ranking::count).
    pub fn counter(mut self, name: &str) -> Self {
        self.counter = Some(name.to_owned());
        self
    }

    /// A law that the plan breaks by design: floor, cap, minimum … Two small deals,
    /// say, earn more than one of their size where each has a floor.
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
    ///
    /// # Panics
    /// Where it is no JSON: the plugin does not load, and says so.
    pub fn example(mut self, json: &str) -> Self {
        self.examples.push(parsed(json));
        self
    }

    /// A golden example, as JSON: input, and the fields of the outcome that
    /// matter. The host runs it when the plugin is uploaded, and
    /// [`testing`](crate::testing) runs it in a test. In a project it is a file of
    /// its own: `.golden(include_str!("../golden/example.json"))`.
    ///
    /// # Panics
    /// Where it is no JSON: the plugin does not load, and says so.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// struct Everybody;
    /// impl Policy for Everybody {
    ///     type Config = ();
    ///     fn manifest() -> Manifest {
    ///         Manifest::new("matching-everybody", "0.1.0", "Asks everybody at once.").golden(
    ///             r#"{
    ///                 "name": "two-partners",
    ///                 "function": "rank",
    ///                 "input": {
    ///                     "context": { "now": { "micros": "1772445600000000" } },
    ///                     "input": { "wave": 1, "candidates": { "keys": ["7", "9"] } }
    ///                 },
    ///                 "expect": { "outcome": { "code": "offer" }, "groups": [[0, 1]] }
    ///             }"#,
    ///         )
    ///     }
    /// #   fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
    /// #       Ok(Self)
    /// #   }
    /// }
    /// # impl Matching for Everybody {
    /// #     fn rank(&self, _: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
    /// #         let mut ranking = Ranking::of(&input.candidates);
    /// #         ranking.offer(0..input.candidates.len());
    /// #         Ok(ranking)
    /// #     }
    /// # }
    /// testing::golden_matching::<Everybody>();
    /// ```
    pub fn golden(mut self, json: &str) -> Self {
        self.golden.push(parsed(json));
        self
    }

    /// All codes that the policy's reasons may have.
    pub fn reason_codes(&self) -> impl Iterator<Item = &str> {
        self.reasons.iter().map(|reason| reason.code.as_str())
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
