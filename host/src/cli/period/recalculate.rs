//! `stellwerk period recalculate`: what differs, and booking it.

use std::fmt;

use serde::{Deserialize, Serialize};
use ureq::http::Method;

use super::view::{Line, amount};
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, in_force};
use crate::cli::{CliError, Console, Exit};
use crate::pay::{self, Deviation};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// Name of the period, such as 2026-03; the closed ones after it are computed anew
    /// as well
    period: String,
    /// Show what differs, and book nothing; of an open period it is what closing it
    /// would book now
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let manufacturer = arguments.of.manufacturer.as_deref();
    let found = match arguments.target.server(manufacturer)? {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&found)?;
    Ok(Exit::Done)
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Deviations, CliError> {
    let path = format!(
        "/api/v1/contracts/{}/periods/{}/recalculation",
        segment(&arguments.contract),
        segment(&arguments.period)
    );
    match arguments.dry_run {
        true => client.get(&path),
        false => client.send_json(Method::POST, &path, &serde_json::json!({})),
    }
}

async fn in_data(arguments: &Arguments) -> Result<Deviations, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let force = in_force(host, &arguments.of, &arguments.contract).await?;
            let contract = &force.contract;
            let (owner, id) = (&contract.manufacturer, &contract.id);
            let name = &arguments.period;
            let found = match arguments.dry_run {
                true => pay::deviations(host, owner, id, name).await?,
                false => pay::recalculate(host, owner, id, name, None).await?,
            };
            Ok(Deviations {
                booked: !arguments.dry_run,
                currency: force.terms.currency.clone(),
                deviations: found.iter().map(Shown::of).collect(),
            })
        })
        .await
}

/// What differs; also as a server answers it.
#[derive(Debug, Serialize, Deserialize)]
struct Deviations {
    booked: bool,
    /// ISO 4217.
    currency: String,
    deviations: Vec<Shown>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    booked: i64,
    now: i64,
    posting: Line,
}

impl Shown {
    fn of(deviation: &Deviation) -> Self {
        Self {
            booked: deviation.booked,
            now: deviation.now,
            posting: Line::of(&deviation.posting),
        }
    }
}

impl fmt::Display for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Shown {
            booked,
            now,
            posting,
        } in &self.deviations
        {
            let money = |value| amount(value, &posting.unit, &self.currency);
            writeln!(
                f,
                "{}  {:>15}  booked {}, now {}: {}",
                posting.period,
                money(posting.amount),
                money(*booked),
                money(*now),
                posting.about()
            )?;
        }
        match (self.deviations.len(), self.booked) {
            (0, _) => f.write_str("nothing differs from what was booked"),
            (count, true) => write!(f, "{count} differences were booked"),
            (count, false) => write!(f, "{count} differences would be booked"),
        }
    }
}
