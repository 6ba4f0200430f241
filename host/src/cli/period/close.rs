//! `stellwerk period close`: a period is final.

use ureq::http::Method;

use super::view::Period;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, in_force};
use crate::cli::{CliError, Console, Exit};
use crate::pay;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// Name of the period, such as 2026-03
    period: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let manufacturer = arguments.of.manufacturer.as_deref();
    let closed = match arguments.target.server(manufacturer)? {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&closed)?;
    Ok(Exit::Done)
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Period, CliError> {
    let path = format!(
        "/api/v1/contracts/{}/periods/{}/close",
        segment(&arguments.contract),
        segment(&arguments.period)
    );
    client.send_json(Method::POST, &path, &serde_json::json!({}))
}

async fn in_data(arguments: &Arguments) -> Result<Period, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let force = in_force(host, &arguments.of, &arguments.contract).await?;
            let contract = &force.contract;
            let (owner, id) = (&contract.manufacturer, &contract.id);
            let closed = pay::close(host, owner, id, &arguments.period, None).await?;
            Ok(Period::of(&closed, &force.calendar))
        })
        .await
}
