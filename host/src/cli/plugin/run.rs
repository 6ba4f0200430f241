//! `stellwerk plugin run`: one question to a component, with all that the answer
//! cost.

mod ran;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use self::ran::{Ran, Then};
use super::documents::{self, Setting};
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::Target;
use crate::cli::{CliError, Console, Exit};
use crate::domain::ids::DecisionId;
use crate::domain::terms::Terms;
use crate::host::free_text::{self, Closed};
use crate::policy::question::Answer;
use crate::policy::{Bound, CallOptions, Code, Function, PolicyError, view};
use crate::proof::recorded::{self, Recorded, RecordedError};

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
    target: Target,
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
    ran.compare(asking.then);
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
    /// What came of it then.
    then: Option<Then>,
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
        then: None,
    })
}

/// From a decision, and from files where they are given besides.
fn recorded(arguments: &Arguments, id: &str) -> Result<Asking, CliError> {
    let setting = &arguments.setting;
    let given = arguments.file.as_deref().map(documents::component);
    let given = given.transpose()?;
    let (recorded, component) = match arguments.target.server(None)? {
        Some(client) => at_server(&client, id, given)?,
        None => block_on(arguments.target.read_data(async |host| {
            let decision = recorded::find(&host.store, &DecisionId::from(id)).await?;
            let decision = free_text::open(&host.store, &decision).await?;
            let decision = decision.map_err(closed)?.into_owned();
            let owner = decision.manufacturer.clone();
            let recorded = recorded::complete(&host.store, decision).await?;
            let component = match given {
                Some(given) => given,
                None => recorded::component(&host.store, &owner, &recorded.plugin_digest)
                    .await?
                    .into(),
            };
            Ok((recorded, component))
        }))?,
    };
    Ok(Asking {
        component,
        function: Some(recorded.function),
        configuration: Some(setting.configuration()?.unwrap_or(recorded.configuration)),
        terms: match setting.gives_terms() {
            true => setting.terms()?,
            false => recorded.terms,
        },
        question: Asked::Receipt(bytes(&recorded.question)?),
        then: Some(Then {
            output: bytes(&recorded.answer)?,
            fuel: recorded.fuel,
            engine: recorded.engine,
        }),
    })
}

/// From a server, the component only where none is given.
fn at_server(
    client: &Client,
    id: &str,
    given: Option<Arc<[u8]>>,
) -> Result<(Recorded, Arc<[u8]>), CliError> {
    let recorded: Recorded = client.get(&format!("/api/v1/decisions/{}/recorded", segment(id)))?;
    let component = match given {
        Some(given) => given,
        None => {
            let digest = segment(&recorded.plugin_digest);
            client
                .bytes(&format!("/api/v1/plugins/{digest}/component"))?
                .into()
        }
    };
    Ok((recorded, component))
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, CliError> {
    hex::decode(hexadecimal)
        .map_err(|error| CliError::Fault(format!("the record cannot be read: {error}")))
}

/// What it was told in free text cannot be read.
fn closed(closed: Closed) -> CliError {
    match closed {
        Closed::Erased => CliError::Refused {
            code: "decision.erased".into(),
            message: "what it was told in free text is erased with the person: it is proved, and \
                      cannot be asked again"
                .into(),
        },
        Closed::Lost(what) => CliError::Fault(what),
    }
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
        .map(|answer| ran::reasons_in_words(bound, answer, currency))
        .unwrap_or_default();
    Ok(Ran::new(rows, receipt, answer, reasons, error))
}
