//! `stellwerk policy history`: who did what, when and why.

use serde::Deserialize;

use super::view::{Step, Steps};
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract, not_found};
use crate::cli::{CliError, Console, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let steps = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    if steps.is_empty() {
        return Err(not_found("binding of the slot", &arguments.slot));
    }
    console.result(&Steps { steps })?;
    Ok(Exit::Done)
}

#[derive(Deserialize)]
struct Page {
    steps: Vec<Step>,
    next: Option<String>,
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Vec<Step>, CliError> {
    let path = format!(
        "/api/v1/contracts/{}/steps?limit=200&slot={}",
        segment(&arguments.contract),
        segment(&arguments.slot)
    );
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page = client.get(&format!("{path}{after}"))?;
        found.extend(page.steps);
        match page.next {
            Some(next) => after = format!("&after={}", segment(&next)),
            None => return Ok(found),
        }
    }
}

async fn in_data(arguments: &Arguments) -> Result<Vec<Step>, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let mut steps = host.store.steps(&of.id, &contract.id).await?;
            let steps = steps.remove(&arguments.slot).unwrap_or_default();
            Ok(steps.iter().map(Step::of).collect())
        })
        .await
}
