//! What came of a call, as it is printed.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::policy::question::Reason;
use crate::policy::reason::{self, Language};
use crate::policy::receipt::Receipt;
use crate::policy::{Bound, Function, PolicyError, canonical};

/// One call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ran {
    plugin: String,
    function: Function,
    /// `ok`, `not-applicable`, or a code of the closed list of errors.
    outcome: &'static str,
    /// In its JSON view; the reason's code where nothing applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
    /// The answer's reasons in words.
    reasons: Vec<String>,
    log: Vec<String>,
    fuel: Used,
    memory_bytes: Used,
    input_bytes: Used,
    output_bytes: Used,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<Compared>,
    #[serde(skip)]
    output: Vec<u8>,
    #[serde(skip)]
    engine: String,
    #[serde(skip)]
    pub error: Option<PolicyError>,
    #[serde(rename = "error", skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// What came of the question when it was recorded.
pub struct Then {
    pub output: Vec<u8>,
    pub fuel: u64,
    pub engine: String,
}

/// The call beside the recorded one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Compared {
    /// Byte for byte.
    same_output: bool,
    /// As recorded.
    fuel: u64,
    same_fuel: bool,
    /// Version, platform and settings of what ran it then: fuel is comparable
    /// under the same one only.
    engine: String,
    same_engine: bool,
}

/// How much of a limit was used.
#[derive(Debug, Serialize)]
struct Used {
    used: u64,
    limit: u64,
}

impl Ran {
    pub fn new(
        rows: usize,
        receipt: Receipt,
        answer: Option<Value>,
        reasons: Vec<String>,
        error: Option<PolicyError>,
    ) -> Self {
        let limits = receipt.limits;
        let used = |used, limit| Used { used, limit };
        Self {
            outcome: receipt.outcome.as_str(),
            function: receipt.function,
            answer,
            reasons,
            fuel: used(receipt.fuel, limits.fuel_for(rows)),
            memory_bytes: used(receipt.memory_bytes, limits.memory_bytes),
            input_bytes: used(receipt.input.len() as u64, limits.input_bytes),
            output_bytes: used(receipt.output.len() as u64, limits.output_bytes_for(rows)),
            recorded: None,
            output: receipt.output,
            log: receipt.log,
            engine: receipt.engine,
            plugin: receipt.plugin,
            message: error.as_ref().map(ToString::to_string),
            error,
        }
    }

    /// With what came of it then, where that is known.
    pub fn compare(&mut self, then: Option<Then>) {
        self.recorded = then.map(|then| Compared {
            same_output: then.output == self.output,
            fuel: then.fuel,
            same_fuel: then.fuel == self.fuel.used,
            same_engine: then.engine == self.engine,
            engine: then.engine,
        });
    }
}

/// The reasons of an answer by the manifest's texts, with their weights.
pub fn reasons_in_words(bound: &Bound, answer: &Value, currency: &str) -> Vec<String> {
    let manifest = bound.plugin().manifest();
    let reasons = answer.get("reasons").cloned().unwrap_or_default();
    // Answers without reasons have none to show.
    let reasons: Vec<Reason> = canonical::from_json(reasons).unwrap_or_default();
    reasons
        .iter()
        .map(|reason| {
            let text = reason::in_words(manifest, Language::English, currency, reason);
            match reason.weight {
                0 => text,
                weight => format!("{text} [{weight}]"),
            }
        })
        .collect()
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}: {}", self.plugin, self.function, self.outcome)?;
        if let Some(message) = &self.message {
            writeln!(f, "{message}")?;
        }
        if let Some(answer) = &self.answer {
            writeln!(f, "{answer:#}")?;
        }
        for reason in &self.reasons {
            writeln!(f, "reason  {reason}")?;
        }
        for line in &self.log {
            writeln!(f, "log     {line}")?;
        }
        let used = |f: &mut fmt::Formatter<'_>, name: &str, Used { used, limit }: &Used, unit| {
            writeln!(f, "{name:<7} {used} of {limit}{unit}")
        };
        used(f, "fuel", &self.fuel, "")?;
        used(f, "memory", &self.memory_bytes, " bytes")?;
        used(f, "input", &self.input_bytes, " bytes")?;
        used(f, "output", &self.output_bytes, " bytes")?;
        match &self.recorded {
            None => Ok(()),
            Some(recorded) => write!(f, "{recorded}"),
        }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.same_output {
            true => writeln!(f, "the answer is the recorded one, byte for byte")?,
            false => writeln!(f, "the answer differs from the recorded one")?,
        }
        match (self.same_fuel, self.same_engine) {
            (true, _) => writeln!(f, "it took the recorded fuel"),
            (false, true) => writeln!(f, "it took other fuel than recorded: {} then", self.fuel),
            (false, false) => writeln!(
                f,
                "it took {} fuel then, under another engine: {}",
                self.fuel, self.engine
            ),
        }
    }
}
