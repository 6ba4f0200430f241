//! `stellwerk policy bind` swaps a rule at once; `configure` makes a candidate of
//! it, to be tried first.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::http::Method;

use super::view::Generation;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Wanted, When};
use crate::host::Origin;
use crate::policy::Limits;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    candidate: Candidate,
    /// From when it counts, by the contract's clock, such as 2027-01-01T00:00; what
    /// pays takes a day, and cuts the period that it lies in [default: at once; what
    /// pays with the next period]
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime>,
}

/// A generation as it is to be made.
#[derive(Debug, clap::Args)]
pub struct Candidate {
    /// Code of the contract
    contract: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    /// One that ships with Stellwerk by its name, one that was uploaded by its
    /// digest or as name@version
    plugin: String,
    /// Configuration of the plugin, in TOML or JSON [default: the plugin's own]
    #[arg(long, value_name = "FILE")]
    configuration: Option<PathBuf>,
    /// What its calls may use beyond the host's limits: a file, in TOML or JSON
    #[arg(long, value_name = "FILE")]
    limits: Option<PathBuf>,
    /// Why, for those who look at the history later
    #[arg(long)]
    comment: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

/// Binds at once, or from an instant on.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    make(&arguments.candidate, When::from(arguments.from), console)
}

/// Makes a candidate.
pub fn configure(candidate: &Candidate, console: &Console) -> Result<Exit, CliError> {
    make(candidate, When::Ready, console)
}

fn make(candidate: &Candidate, when: When, console: &Console) -> Result<Exit, CliError> {
    let configuration = candidate.configuration.as_deref();
    let limits = candidate.limits.as_deref();
    let wanted = Wanted {
        slot: candidate.slot.clone(),
        plugin: candidate.plugin.clone(),
        configuration: configuration.map(document).transpose()?,
        limits: limits.map(document).transpose()?,
        comment: candidate.comment.clone(),
        when,
    };
    let server = candidate
        .target
        .server(candidate.of.manufacturer.as_deref())?;
    let bound = match server {
        Some(client) => at_server(&candidate.contract, &wanted, &client)?,
        None => block_on(in_data(candidate, &wanted))?,
    };
    console.result(&bound)?;
    Ok(Exit::Done)
}

/// A document in TOML or JSON, as its name says.
fn document<T: DeserializeOwned>(path: &Path) -> Result<T, CliError> {
    let text = fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| CliError::document(path, error)),
        _ => serde_json::from_str(&text).map_err(|error| CliError::document(path, error)),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<&'a str>,
    plugin: &'a str,
    configuration: Option<&'a Value>,
    limits: Option<Limits>,
    comment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime>,
}

fn at_server(contract: &str, wanted: &Wanted, client: &Client) -> Result<Generation, CliError> {
    let contract = format!("/api/v1/contracts/{}", segment(contract));
    let mut body = Body {
        slot: None,
        plugin: &wanted.plugin,
        configuration: wanted.configuration.as_ref(),
        limits: wanted.limits,
        comment: &wanted.comment,
        from: None,
    };
    match wanted.when {
        When::Ready => {
            body.slot = Some(&wanted.slot);
            client.send_json(Method::POST, &format!("{contract}/generations"), &body)
        }
        When::Default | When::From(_) => {
            if let When::From(from) = wanted.when {
                body.from = Some(from);
            }
            let path = format!("{contract}/bindings/{}", segment(&wanted.slot));
            client.send_json(Method::PUT, &path, &body)
        }
    }
}

async fn in_data(candidate: &Candidate, wanted: &Wanted) -> Result<Generation, CliError> {
    candidate
        .target
        .with_data(async |host| {
            let of = candidate.of.find(host).await?;
            let contract = contract(host, &of, &candidate.contract).await?;
            let origin = Origin::host();
            let bound = binding::put(host, &of.id, &contract.id, wanted, None, &origin).await?;
            Ok(Generation::of(&bound))
        })
        .await
}
