//! `stellwerk policy bind`: swaps a rule.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use ureq::http::Method;

use super::view::Generation;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Wanted};
use crate::host::Origin;

#[derive(Debug, clap::Args)]
pub struct Arguments {
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
    /// Why, for those who look at the history later
    #[arg(long, default_value = "", hide_default_value = true)]
    comment: String,
    /// The local day from which a compensation pays; it cuts the period that it
    /// lies in [default: with the next period]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let configuration = arguments
        .configuration
        .as_deref()
        .map(document)
        .transpose()?;
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let bound = match server {
        Some(client) => at_server(arguments, configuration, &client)?,
        None => block_on(in_data(arguments, configuration))?,
    };
    console.result(&bound)?;
    Ok(Exit::Done)
}

/// A document in TOML or JSON, as its name says.
fn document(path: &Path) -> Result<Value, CliError> {
    let text = fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| CliError::document(path, error)),
        _ => serde_json::from_str(&text).map_err(|error| CliError::document(path, error)),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    plugin: &'a str,
    configuration: Option<Value>,
    comment: &'a str,
    from: Option<Date>,
}

fn at_server(
    arguments: &Arguments,
    configuration: Option<Value>,
    client: &Client,
) -> Result<Generation, CliError> {
    let path = format!(
        "/api/v1/contracts/{}/bindings/{}",
        segment(&arguments.contract),
        segment(&arguments.slot)
    );
    let body = Body {
        plugin: &arguments.plugin,
        configuration,
        comment: &arguments.comment,
        from: arguments.from,
    };
    client.send_json(Method::PUT, &path, &body)
}

async fn in_data(
    arguments: &Arguments,
    configuration: Option<Value>,
) -> Result<Generation, CliError> {
    let wanted = Wanted {
        slot: arguments.slot.clone(),
        plugin: arguments.plugin.clone(),
        configuration,
        comment: arguments.comment.clone(),
        from: arguments.from,
    };
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let origin = Origin::host();
            let bound = binding::put(host, &of.id, &contract.id, &wanted, None, &origin).await?;
            Ok(Generation::of(&bound.binding, bound.plugin))
        })
        .await
}
