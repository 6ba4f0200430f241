//! `stellwerk policy show`.

use serde::Deserialize;

use super::trial;
use super::view::{Bindings, Generation};
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract, not_found};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// One slot, with its configuration: qualification, matching, escalation or
    /// compensation/NAME
    slot: Option<String>,
    /// How the slot's candidate does beside what is in force, in place of what is bound
    #[arg(long, requires = "slot")]
    trial: bool,
    /// With --trial: another candidate than the one that is tried now
    #[arg(long, value_name = "NUMBER", requires = "trial")]
    generation: Option<i64>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    if let (Some(slot), true) = (&arguments.slot, arguments.trial) {
        let asked = trial::Asked {
            contract: &arguments.contract,
            slot,
            generation: arguments.generation,
            of: &arguments.of,
            target: &arguments.target,
        };
        return trial::show(&asked, server, console);
    }
    let bindings = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    match &arguments.slot {
        None => console.result(&Bindings { bindings })?,
        Some(slot) => {
            let found = bindings.into_iter().find(|binding| binding.slot == *slot);
            console.result(&found.ok_or_else(|| not_found("binding of the slot", slot))?)?;
        }
    }
    Ok(Exit::Done)
}

#[derive(Deserialize)]
struct Page {
    bindings: Vec<Generation>,
    next: Option<String>,
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Vec<Generation>, CliError> {
    let path = format!(
        "/api/v1/contracts/{}/bindings",
        segment(&arguments.contract)
    );
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page = client.get(&format!("{path}{after}"))?;
        found.extend(page.bindings);
        match page.next {
            Some(next) => after = format!("?after={}", segment(&next)),
            None => return Ok(found),
        }
    }
}

async fn in_data(arguments: &Arguments) -> Result<Vec<Generation>, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let found = binding::in_force(host, &contract).await?;
            Ok(found.iter().map(Generation::of).collect())
        })
        .await
}
