//! `stellwerk policy gates`: what a canary's answers tell.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Watched};
use crate::domain::generation::{Gated, per_cent};

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

/// The canary of a slot, as a server answers it, too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Gates {
    slot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generation: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    gates: Vec<Gate>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Gate {
    gate: String,
    limit: i64,
    cases: u32,
    hits: u32,
    looked_at_cases: u32,
    looked_at_hits: u32,
    verdict: String,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let gates = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&gates)?;
    Ok(Exit::Done)
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Gates, CliError> {
    client.get(&format!(
        "/api/v1/contracts/{}/gates?slot={}",
        segment(&arguments.contract),
        segment(&arguments.slot)
    ))
}

async fn in_data(arguments: &Arguments) -> Result<Gates, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let watched = binding::watched(host, &contract, &arguments.slot).await?;
            Ok(Gates::of(&arguments.slot, watched.as_ref()))
        })
        .await
}

impl Gates {
    fn of(slot: &str, watched: Option<&Watched>) -> Self {
        let trial = watched.map(|watched| &watched.trial);
        let gates = watched.map_or(&[][..], |watched| watched.tally.gates());
        Self {
            slot: slot.to_owned(),
            generation: trial.map(|trial| trial.generation),
            share_percent: watched.and_then(|watched| watched.share).map(per_cent),
            since: trial.map(|trial| trial.since.to_string()),
            gates: gates.iter().map(Gate::of).collect(),
        }
    }
}

impl Gate {
    fn of(gated: &Gated) -> Self {
        let (now, seen) = (gated.share.now(), gated.share.seen());
        Self {
            gate: gated.gate.as_str().to_owned(),
            limit: gated.limit,
            cases: now.cases,
            hits: now.hits,
            looked_at_cases: seen.cases,
            looked_at_hits: seen.hits,
            verdict: gated.share.verdict().as_str().to_owned(),
        }
    }
}

impl fmt::Display for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(generation) = self.generation else {
            return f.write_str("no canary runs");
        };
        let since = self.since.as_deref().unwrap_or_default();
        let share = self.share_percent;
        let share = share.map_or_else(String::new, |share| format!(" {share} %"));
        writeln!(f, "generation {generation}, canary{share}, since {since}")?;
        for gate in &self.gates {
            writeln!(
                f,
                "{:13} at most {:>10}  {:>7} of {:>7} cases  {} ({} of {} when it was looked at last)",
                gate.gate,
                gate.limit,
                gate.hits,
                gate.cases,
                gate.verdict,
                gate.looked_at_hits,
                gate.looked_at_cases
            )?;
        }
        if self.gates.is_empty() {
            writeln!(f, "the terms set no gates")?;
        }
        Ok(())
    }
}
