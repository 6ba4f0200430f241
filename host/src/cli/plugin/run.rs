//! `stellwerk plugin run`: one question to a component, with all that the answer
//! cost.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::documents::{self, Setting};
use crate::cli::store::{Place, block_on};
use crate::cli::{CliError, Console, Exit};
use crate::domain::ids::DecisionId;
use crate::domain::terms::Terms;
use crate::policy::question::{Answer, Reason};
use crate::policy::reason::{self, Language};
use crate::policy::receipt::Receipt;
use crate::policy::{Bound, CallOptions, Code, Function, PolicyError, canonical, view};
use crate::trial::recorded::{self, RecordedError};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component [default with --from-decision: the one that decided]
    #[arg(required_unless_present = "from_decision")]
    file: Option<PathBuf>,
    /// Which of its functions to ask [default: the kind's first]
    #[arg(long, value_name = "NAME", value_parser = function)]
    function: Option<Function>,
    /// The question in its JSON view
    #[arg(long, value_name = "FILE", required_unless_present = "from_decision")]
    input: Option<PathBuf>,
    #[command(flatten)]
    setting: Setting,
    /// Ask again what a recorded decision was asked, with its configuration and
    /// terms unless others are given
    #[arg(long, value_name = "ID", conflicts_with_all = ["function", "input"])]
    from_decision: Option<String>,
    #[command(flatten)]
    place: Place,
}

fn function(name: &str) -> Result<Function, String> {
    Function::parse(name).ok_or_else(|| {
        let known: Vec<_> = Function::ALL.map(Function::as_str).to_vec();
        format!("no such function; there are {}", known.join(", "))
    })
}

pub fn run(arguments: Arguments, console: &Console) -> Result<Exit, CliError> {
    let asking = match &arguments.from_decision {
        Some(id) => recorded(&arguments, id)?,
        None => given(&arguments)?,
    };
    let engine = documents::engine()?;
    let plugin = engine.load_unproved_blocking(asking.component)?;
    let functions = plugin.kind().functions();
    let function = asking.function.unwrap_or(functions[0]);
    if !functions.contains(&function) {
        return Err(CliError::Usage(format!(
            "a {} plugin has no function {function}",
            plugin.kind()
        )));
    }
    let configuration = asking
        .configuration
        .unwrap_or_else(|| plugin.manifest().configuration.default.clone());
    let bound = engine.bind_blocking(&plugin, &configuration, &asking.terms)?;
    let question = asking.question.in_cbor(function)?;
    let currency = currency(&asking.terms)?;
    let mut ran = ask(&bound, function, &question, &currency)?;
    ran.compare(asking.answered);
    console.result(&ran)?;
    Ok(match ran.error {
        None => Exit::Done,
        Some(error) => CliError::Policy(error).exit(),
    })
}

/// What is to be asked, and of whom.
struct Asking {
    component: Arc<[u8]>,
    /// The kind's first where none is given.
    function: Option<Function>,
    /// The default where none is given.
    configuration: Option<Value>,
    terms: String,
    question: Asked,
    /// What was answered then.
    answered: Option<Vec<u8>>,
}

/// A question as it is given.
enum Asked {
    Document { path: PathBuf, question: Value },
    Receipt(Vec<u8>),
}

impl Asked {
    fn in_cbor(self, function: Function) -> Result<Vec<u8>, CliError> {
        match self {
            Self::Receipt(question) => Ok(question),
            Self::Document { path, question } => view::question_cbor(function, question)
                .map_err(|error| CliError::document(&path, error.message)),
        }
    }
}

/// From files.
fn given(arguments: &Arguments) -> Result<Asking, CliError> {
    let (Some(file), Some(input)) = (&arguments.file, &arguments.input) else {
        return Err(CliError::Usage("name a component and --input".into()));
    };
    Ok(Asking {
        component: documents::component(file)?,
        function: arguments.function,
        configuration: arguments.setting.configuration()?,
        terms: arguments.setting.terms()?,
        question: Asked::Document {
            path: input.clone(),
            question: documents::json(input)?,
        },
        answered: None,
    })
}

/// From a decision, and from files where they are given besides.
fn recorded(arguments: &Arguments, id: &str) -> Result<Asking, CliError> {
    let setting = &arguments.setting;
    let id = DecisionId::from(id);
    let recorded = block_on(async {
        let store = arguments.place.existing().await?;
        let found = recorded::find(&store, &id).await;
        store.close().await;
        Ok(found?)
    })?;
    Ok(Asking {
        component: match &arguments.file {
            Some(file) => documents::component(file)?,
            None => recorded.component.into(),
        },
        function: Some(recorded.function),
        configuration: Some(setting.configuration()?.unwrap_or(recorded.configuration)),
        terms: match setting.gives_terms() {
            true => setting.terms()?,
            false => recorded.terms,
        },
        question: Asked::Receipt(recorded.decision.input),
        answered: Some(recorded.decision.output),
    })
}

impl From<RecordedError> for CliError {
    fn from(error: RecordedError) -> Self {
        match error {
            RecordedError::NotFound => Self::Refused {
                code: "decision.not-found".into(),
                message: error.to_string(),
            },
            RecordedError::Missing(_) => Self::Fault(error.to_string()),
            RecordedError::Store(error) => error.into(),
        }
    }
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
    question: &[u8],
    currency: &str,
) -> Result<Ran, PolicyError> {
    let rows = view::rows(function, question)
        .map_err(|error| PolicyError::new(Code::InputInvalid, error.to_string()))?;
    let limits = CallOptions::new("command line").limits;
    let (receipt, answer, error) = match view::ask_blocking(bound, &limits, function, question)? {
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
    /// Whether the answer is, byte for byte, the recorded one.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_recorded: Option<bool>,
    #[serde(skip)]
    output: Vec<u8>,
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
            as_recorded: None,
            output: receipt.output,
            log: receipt.log,
            plugin: receipt.plugin,
            message: error.as_ref().map(ToString::to_string),
            error,
        }
    }

    /// With what was answered then, where that is known.
    fn compare(&mut self, answered: Option<Vec<u8>>) {
        self.as_recorded = answered.map(|answered| answered == self.output);
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
        used(f, "output", &self.output_bytes, " bytes")?;
        match self.as_recorded {
            None => Ok(()),
            Some(true) => writeln!(f, "the answer is the recorded one, byte for byte"),
            Some(false) => writeln!(f, "the answer differs from the recorded one"),
        }
    }
}
