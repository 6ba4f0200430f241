//! `stellwerk policy shadow|canary|activate|approve|cancel`: a candidate's way.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use serde::Serialize;
use ureq::http::Method;

use super::view::Step;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract, not_found};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Move, Wish};
use crate::domain::generation::WHOLE;
use crate::host::Origin;

/// Which generation, and why.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// Code of the contract
    contract: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    /// Its number, as `show` and `history` have it
    generation: i64,
    /// Why, for those who look at the history later
    #[arg(long)]
    comment: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, clap::Args)]
pub struct Shadow {
    #[command(flatten)]
    which: Which,
    /// Per cent of the questions that it is asked
    #[arg(long, value_name = "PERCENT", default_value_t = 100.0)]
    share: f64,
}

#[derive(Debug, clap::Args)]
pub struct Canary {
    #[command(flatten)]
    which: Which,
    /// Per cent of the leads that it decides
    #[arg(long, value_name = "PERCENT", required_unless_present = "partners")]
    share: Option<f64>,
    /// Of what pays, which is not possible yet: codes of partners
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    partners: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Activate {
    #[command(flatten)]
    which: Which,
    /// From when it counts, by the contract's clock, such as 2027-01-01T00:00; what
    /// pays takes a day, and cuts the period that it lies in [default: at once; what
    /// pays with the next period]
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime>,
}

/// What is sent to a server.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Body<'a> {
    slot: &'a str,
    generation: i64,
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    partners: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime>,
    comment: &'a str,
}

/// A step as it was asked for.
#[derive(Default)]
struct Asked<'a> {
    action: &'static str,
    share: Option<f64>,
    partners: &'a [String],
    from: Option<DateTime>,
}

pub fn shadow(arguments: &Shadow, console: &Console) -> Result<Exit, CliError> {
    let asked = Asked {
        action: "shadow",
        share: Some(arguments.share),
        ..Asked::default()
    };
    take(&arguments.which, &asked, console)
}

pub fn canary(arguments: &Canary, console: &Console) -> Result<Exit, CliError> {
    let asked = Asked {
        action: "canary",
        share: arguments.share,
        partners: &arguments.partners,
        from: None,
    };
    take(&arguments.which, &asked, console)
}

pub fn activate(arguments: &Activate, console: &Console) -> Result<Exit, CliError> {
    let asked = Asked {
        action: "activate",
        from: arguments.from,
        ..Asked::default()
    };
    take(&arguments.which, &asked, console)
}

pub fn approve(which: &Which, console: &Console) -> Result<Exit, CliError> {
    plain("approve", which, console)
}

pub fn cancel(which: &Which, console: &Console) -> Result<Exit, CliError> {
    plain("cancel", which, console)
}

fn plain(action: &'static str, which: &Which, console: &Console) -> Result<Exit, CliError> {
    let asked = Asked {
        action,
        ..Asked::default()
    };
    take(which, &asked, console)
}

fn take(which: &Which, asked: &Asked<'_>, console: &Console) -> Result<Exit, CliError> {
    let server = which.target.server(which.of.manufacturer.as_deref())?;
    let step = match server {
        Some(client) => at_server(which, asked, &client)?,
        None => block_on(in_data(which, asked))?,
    };
    console.result(&step)?;
    Ok(Exit::Done)
}

fn at_server(which: &Which, asked: &Asked<'_>, client: &Client) -> Result<Step, CliError> {
    let path = format!("/api/v1/contracts/{}/steps", segment(&which.contract));
    let body = Body {
        slot: &which.slot,
        generation: which.generation,
        action: asked.action,
        share_percent: asked.share,
        partners: asked.partners,
        from: asked.from,
        comment: &which.comment,
    };
    client.send_json(Method::POST, &path, &body)
}

async fn in_data(which: &Which, asked: &Asked<'_>) -> Result<Step, CliError> {
    which
        .target
        .with_data(async |host| {
            let of = which.of.find(host).await?;
            let contract = contract(host, &of, &which.contract).await?;
            let mut partners = BTreeSet::new();
            for code in asked.partners {
                let found = host.store.partner_by_code(&of.id, code).await?;
                partners.insert(found.ok_or_else(|| not_found("partner", code))?.id);
            }
            let share = asked.share.map_or(WHOLE, |percent| {
                (percent * WHOLE as f64 / 100.0).round() as i64
            });
            let wish = Wish {
                slot: which.slot.clone(),
                generation: which.generation,
                to: match asked.action {
                    "shadow" => Move::Shadow { share },
                    "canary" => Move::Canary { share, partners },
                    "activate" => Move::Activate { from: asked.from },
                    "approve" => Move::Approve,
                    _ => Move::Cancel,
                },
                comment: which.comment.clone(),
            };
            let origin = Origin::host();
            let step = binding::take(host, &of.id, &contract.id, &wish, &origin).await?;
            Ok(Step::of(&step))
        })
        .await
}
