//! `stellwerk policy rollback`: back to what was in force before, at once.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use ureq::http::Method;

use super::view::Generation;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Rollback};
use crate::domain::lifecycle::State;
use crate::host::{Host, Origin};
use crate::routing::{self, withdraw};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    /// The generation whose content comes back [default: what was in force before]
    #[arg(long, value_name = "GENERATION")]
    to: Option<i64>,
    /// Of what pays: the local day from which on [default: with the next period]
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime>,
    /// Take back the offers that it has made and nobody has claimed, and rank these
    /// leads anew
    #[arg(long)]
    withdraw_offers: bool,
    /// Why, for those who look at the history later
    #[arg(long)]
    comment: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    binding: Generation,
    taken_out: i64,
    since: String,
    /// What it has decided meanwhile, oldest first.
    decided: Vec<Decided>,
    /// Leads whose offers were taken back.
    withdrawn: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Answered {
    binding: Generation,
    taken_out: i64,
    since: String,
}

/// A decision of the bad generation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Decided {
    decision: String,
    #[serde(default)]
    lead: Option<String>,
    #[serde(default)]
    state: Option<String>,
    function: String,
    outcome: String,
    asked_at: String,
}

#[derive(Deserialize)]
struct Page {
    decisions: Vec<Decided>,
    next: Option<String>,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let report = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&report)?;
    Ok(Exit::Done)
}

/// Leads that are on offer.
fn on_offer(decided: &[Decided]) -> BTreeSet<String> {
    let offered = Some(State::Offered.as_str());
    let leads = decided.iter().filter(|one| one.state.as_deref() == offered);
    leads.filter_map(|one| one.lead.clone()).collect()
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Report, CliError> {
    let path = format!("/api/v1/contracts/{}", segment(&arguments.contract));
    let body = serde_json::json!({
        "slot": arguments.slot,
        "to": arguments.to,
        "from": arguments.from,
        "comment": arguments.comment,
    });
    let answered: Answered = client.send_json(Method::POST, &format!("{path}/rollbacks"), &body)?;
    let mut decided = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page = client.get(&format!(
            "{path}/generations/decided?limit=200&slot={}&generation={}{after}",
            segment(&arguments.slot),
            answered.taken_out
        ))?;
        decided.extend(page.decisions);
        match page.next {
            Some(next) => after = format!("&after={}", segment(&next)),
            None => break,
        }
    }
    let mut withdrawn = Vec::new();
    if arguments.withdraw_offers {
        for lead in on_offer(&decided) {
            let path = format!("/api/v1/leads/{}/withdraw", segment(&lead));
            match client.send_json::<serde_json::Value>(Method::POST, &path, &()) {
                Ok(_) => withdrawn.push(lead),
                // Somebody has claimed it meanwhile: claims stand.
                Err(CliError::Refused { code, .. }) if code == "lead.state" => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Report {
        binding: answered.binding,
        taken_out: answered.taken_out,
        since: answered.since,
        decided,
        withdrawn,
    })
}

async fn in_data(arguments: &Arguments) -> Result<Report, CliError> {
    let wanted = Rollback {
        slot: arguments.slot.clone(),
        to: arguments.to,
        from: arguments.from,
        comment: arguments.comment.clone(),
    };
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let origin = Origin::host();
            let done = binding::roll_back(host, &of.id, &contract.id, &wanted, &origin).await?;
            let found =
                binding::decided(host, &contract, &arguments.slot, done.bad, None, u32::MAX)
                    .await?;
            let decided: Vec<Decided> = found
                .iter()
                .map(|one| Decided {
                    decision: one.id.to_string(),
                    lead: one.lead.as_ref().map(ToString::to_string),
                    state: one.state.map(|state| state.as_str().to_owned()),
                    function: one.function.clone(),
                    outcome: one.outcome.clone(),
                    asked_at: one.asked_at.to_string(),
                })
                .collect();
            let withdrawn = match arguments.withdraw_offers {
                true => take_back(host, &of.id, &decided).await?,
                false => Vec::new(),
            };
            Ok(Report {
                binding: Generation::of(&done.bound),
                taken_out: done.bad,
                since: done.since.to_string(),
                decided,
                withdrawn,
            })
        })
        .await
}

async fn take_back(
    host: &Host,
    manufacturer: &crate::domain::ids::ManufacturerId,
    decided: &[Decided],
) -> Result<Vec<String>, CliError> {
    let mut withdrawn = Vec::new();
    for lead in on_offer(decided) {
        let id = lead.as_str().into();
        match withdraw::withdraw(host, manufacturer, &id, None).await {
            Ok(_) => withdrawn.push(lead),
            Err(routing::Error::WrongState { .. }) => {}
            Err(error) => return Err(CliError::runtime(error)),
        }
    }
    Ok(withdrawn)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "generation {} is taken out; in force is {}, generation {}",
            self.taken_out, self.binding.plugin, self.binding.generation
        )?;
        let leads: BTreeSet<&String> = self
            .decided
            .iter()
            .filter_map(|decided| decided.lead.as_ref())
            .collect();
        writeln!(
            f,
            "it has answered {} times, about {} leads",
            self.decided.len(),
            leads.len()
        )?;
        for decided in &self.decided {
            writeln!(
                f,
                "  {}  {:9} {:15} lead {} {}",
                decided.asked_at,
                decided.function,
                decided.outcome,
                decided.lead.as_deref().unwrap_or("-"),
                decided.state.as_deref().unwrap_or("")
            )?;
        }
        if !self.withdrawn.is_empty() {
            writeln!(f, "offered anew: {} leads", self.withdrawn.len())?;
        }
        Ok(())
    }
}
