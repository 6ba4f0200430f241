//! `stellwerk plugin run`: one question to a component, with all that the answer
//! cost.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;

use super::documents::{self, Setting};
use crate::cli::{CliError, Console, Exit};
use crate::domain::terms::Terms;
use crate::policy::question::{Answer, Reason};
use crate::policy::reason::{self, Language};
use crate::policy::receipt::Receipt;
use crate::policy::{Bound, CallOptions, Code, Function, PolicyError, canonical, view};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
    /// Which of its functions to ask [default: the kind's first]
    #[arg(long, value_name = "NAME", value_parser = function)]
    function: Option<Function>,
    /// The question in its JSON view
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    setting: Setting,
}

fn function(name: &str) -> Result<Function, String> {
    Function::parse(name).ok_or_else(|| {
        let known: Vec<_> = Function::ALL.map(Function::as_str).to_vec();
        format!("no such function; there are {}", known.join(", "))
    })
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let setting = &arguments.setting;
    let component = documents::component(&arguments.file)?;
    let engine = documents::engine()?;
    let plugin = engine.load_unproved_blocking(component)?;
    let functions = plugin.kind().functions();
    let function = arguments.function.unwrap_or(functions[0]);
    if !functions.contains(&function) {
        return Err(CliError::Usage(format!(
            "a {} plugin has no function {function}",
            plugin.kind()
        )));
    }
    let configuration = setting
        .configuration()?
        .unwrap_or_else(|| plugin.manifest().configuration.default.clone());
    let terms = setting.terms()?;
    let bound = engine.bind_blocking(&plugin, &configuration, &terms)?;
    let question = documents::json(&arguments.input)?;
    let currency = currency(&terms)?;
    let ran = ask(&bound, function, question, &currency).map_err(|error| match error.code {
        Code::InputInvalid => CliError::document(&arguments.input, error.message),
        _ => error.into(),
    })?;
    console.result(&ran)?;
    Ok(match ran.error {
        None => Exit::Done,
        Some(error) => CliError::Policy(error).exit(),
    })
}

/// In which the reasons' amounts are written.
fn currency(terms: &str) -> Result<String, CliError> {
    Terms::parse(terms)
        .map(|terms| terms.currency)
        .map_err(|_| CliError::Fault("complete terms cannot be read".into()))
}

fn ask(
    bound: &Bound,
    function: Function,
    question: Value,
    currency: &str,
) -> Result<Ran, PolicyError> {
    let question = view::question_cbor(function, question)?;
    let rows = view::rows(function, &question)
        .map_err(|error| PolicyError::new(Code::InputInvalid, error.to_string()))?;
    let limits = CallOptions::new("command line").limits;
    let (receipt, answer, error) = match view::ask_blocking(bound, &limits, function, &question)? {
        Ok(decided) => (decided.receipt, Some(decided.answer), None),
        Err(failed) => (failed.receipt, None, Some(failed.error)),
    };
    let answer = answer.map(|answer| match answer {
        Answer::Given(answer) => answer,
        Answer::NotApplicable(reason) => Value::String(reason),
    });
    let reasons = answer
        .as_ref()
        .map(|answer| reasons_in_words(bound, answer, currency))
        .unwrap_or_default();
    Ok(Ran::new(rows, receipt, answer, reasons, error))
}

/// One call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ran {
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
    #[serde(skip)]
    error: Option<PolicyError>,
    #[serde(rename = "error", skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// How much of a limit was used.
#[derive(Debug, Serialize)]
struct Used {
    used: u64,
    limit: u64,
}

impl Ran {
    fn new(
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
            log: receipt.log,
            plugin: receipt.plugin,
            message: error.as_ref().map(ToString::to_string),
            error,
        }
    }
}

/// The reasons of an answer by the manifest's texts, with their weights.
fn reasons_in_words(bound: &Bound, answer: &Value, currency: &str) -> Vec<String> {
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
        used(f, "output", &self.output_bytes, " bytes")
    }
}
