//! `stellwerk audit export`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use crate::cli::store::{Data, block_on};
use crate::cli::{CliError, Console, Exit};
use crate::domain::ids::DecisionId;
use crate::proof::bundle::{self, Bundle, ExportError};
use crate::proof::recorded;

/// One file with all that it takes to prove a decision on another machine: question
/// and answer, its place under a signed seal, and the component, configuration and
/// terms that made it. What the policy was told stands in it, and so does how it
/// decides: give it to whoever may know both.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The decision's identifier
    #[arg(long, value_name = "ID")]
    decision: String,
    /// Where the bundle goes; a file that is there is not overwritten [default:
    /// standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let bundle = block_on(async {
        let host = arguments.data.host_beside().await?;
        let id = DecisionId::from(arguments.decision.as_str());
        let exported = async {
            let decision = recorded::find(&host.store, &id).await?;
            bundle::export(&host.store, decision).await
        };
        let exported = exported.await;
        host.store.close().await;
        Ok(exported?)
    })?;
    write(&bundle, arguments, console)?;
    Ok(Exit::Done)
}

fn write(bundle: &Bundle, arguments: &Arguments, console: &Console) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(bundle)
        .map_err(|error| CliError::Fault(format!("cannot write the bundle: {error}")))?;
    let Some(path) = &arguments.out else {
        let _closed = writeln!(std::io::stdout().lock(), "{text}");
        return Ok(());
    };
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| writeln!(file, "{text}"))
        .map_err(|error| CliError::file(path, error))?;
    console.step(format!(
        "{}: decision {}, number {} under seal {}, signed by {}",
        path.display(),
        bundle.decision.id,
        bundle.number,
        bundle.seal.number,
        bundle.seal.public_key
    ));
    Ok(())
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        let message = error.to_string();
        let code = match error {
            ExportError::NotFound => "decision.not-found",
            ExportError::NotSealed => "decision.not-sealed",
            ExportError::Broken => "proof.broken",
            ExportError::Missing(_) => return Self::Fault(message),
            ExportError::Proof(error) => return error.into(),
        };
        Self::Refused {
            code: code.to_owned(),
            message,
        }
    }
}
