//! `stellwerk apply FILE`: makes a contract what a file says.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::http::Method;

use super::client::{Body, Client};
use super::plugin::upload;
use super::store::{Data, block_on, host};
use super::target::Target;
use super::temporary::Temporary;
use super::{CliError, Console, Exit};
use crate::apply::{self, ApplyError, Change, Document};
use crate::clock::{Clock, Ids};
use crate::domain::text::place_in;
use crate::host::{Host, Origin};
use crate::store::{Store, StoreSettings};

/// What a file changes, one line each.
#[derive(Serialize, Deserialize)]
struct Difference {
    changes: Vec<String>,
}

impl Difference {
    fn of(changes: &[Change]) -> Self {
        Self {
            changes: changes.iter().map(ToString::to_string).collect(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return f.write_str("nothing to change");
        }
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct Apply {
    /// The file that describes the contract, in TOML
    file: PathBuf,
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: Target,
}

pub fn run(apply: &Apply, console: &Console) -> Result<Exit, CliError> {
    let text = read(&apply.file)?;
    let document =
        Document::parse(&text).map_err(|problem| CliError::document(&apply.file, problem))?;
    let difference = match apply.target.server(None)? {
        Some(client) => at_server(apply, &client, &text, &document)
            .map_err(|error| error.of_document(&apply.file))?,
        None => block_on(in_data(apply, &document))?,
    };
    console.result(&difference)?;
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<String, CliError> {
    let bytes = std::fs::read(file).map_err(|error| CliError::file(file, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let end = error.utf8_error().valid_up_to();
        let place = place_in(&String::from_utf8_lossy(error.as_bytes()), end);
        CliError::document(file, format!("{place}: is no UTF-8"))
    })
}

impl Apply {
    /// Where the file lies, and component files are looked for.
    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }
}

async fn in_data(apply: &Apply, document: &Document) -> Result<Difference, CliError> {
    if apply.dry_run {
        return dry_run(apply, document).await;
    }
    apply
        .target
        .with_new_data(async |host| {
            apply::apply(host, document, Some(apply.folder()), &Origin::host())
                .await
                .map(|applied| Difference::of(&applied.changes))
                .map_err(|error| refused(apply, error))
        })
        .await
}

/// Compares and writes nothing: where there is no data yet, with an empty folder
/// that goes afterwards.
async fn dry_run(apply: &Apply, document: &Document) -> Result<Difference, CliError> {
    let compare = async |host: &Host| {
        apply::plan(host, document, Some(apply.folder()))
            .await
            .map(|plan| Difference::of(plan.changes()))
            .map_err(|error| refused(apply, error))
    };
    match empty(apply.target.data())? {
        None => apply.target.with_data(compare).await,
        Some((config, _goes_afterwards)) => {
            let host = host(&config, Clock::System, Ids::random()).await?;
            let compared = compare(&host).await;
            host.store.close().await;
            compared
        }
    }
}

/// An empty data folder, where the named one is not there.
fn empty(data: &Data) -> Result<Option<(crate::config::Config, Temporary)>, CliError> {
    let mut config = data.configured([])?.config;
    match config.store() {
        StoreSettings::Sqlite { folder } if !Store::is_there(&folder) => {
            let temporary = Temporary::make("dry-run")?;
            config.data = temporary.folder().to_owned();
            Ok(Some((config, temporary)))
        }
        _ => Ok(None),
    }
}

fn refused(apply: &Apply, error: ApplyError) -> CliError {
    match error {
        ApplyError::Invalid(problems) => CliError::document_fields(&apply.file, problems),
        ApplyError::Policy { slot, error } => CliError::PolicyAt {
            place: match slot {
                Some(slot) => format!("{}: bindings.{slot}", apply.file.display()),
                None => apply.file.display().to_string(),
            },
            error,
        },
        other => other.into(),
    }
}

fn at_server(
    apply: &Apply,
    client: &Client,
    text: &str,
    document: &Document,
) -> Result<Difference, CliError> {
    let path = match apply.dry_run {
        true => "/api/v1/apply?dry-run=true",
        false => "/api/v1/apply",
    };
    let files = component_files(apply.folder(), document);
    if files.is_empty() {
        let body = Body::Bytes {
            content_type: "application/toml",
            bytes: text.as_bytes(),
        };
        return client
            .send(Method::POST, path, &body)
            .map(|(_, difference)| difference);
    }
    if apply.dry_run {
        let slots: Vec<&str> = files.iter().map(|(slot, _)| slot.as_str()).collect();
        return Err(CliError::Usage(format!(
            "the components of {} are files, which a dry run does not bring to the server; bring \
             them there with `stellwerk plugin upload`, and name them by name@version",
            slots.join(", ")
        )));
    }
    let mut document: Value =
        toml::from_str(text).map_err(|error| CliError::document(&apply.file, error))?;
    for (slot, file) in files {
        let component = std::fs::read(&file).map_err(|error| CliError::file(&file, error))?;
        let uploaded = upload::at_server(client, &component)?;
        let binding = document
            .get_mut("bindings")
            .and_then(|bindings| bindings.get_mut(&slot));
        if let Some(plugin) = binding.and_then(|binding| binding.get_mut("plugin")) {
            *plugin = Value::String(uploaded.digest);
        }
    }
    client.send_json(Method::POST, path, &document)
}

/// Components that are files beside the document, by slot.
fn component_files(folder: &Path, document: &Document) -> Vec<(String, PathBuf)> {
    document
        .bindings
        .iter()
        .map(|(slot, binding)| (slot.clone(), folder.join(&binding.plugin)))
        .filter(|(_, file)| file.is_file())
        .collect()
}
