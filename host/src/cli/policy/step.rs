//! `stellwerk policy shadow|canary|activate|approve|cancel`: a candidate's way.

use jiff::civil::DateTime;
use serde::Serialize;
use ureq::http::Method;

use super::view::Step;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{self, Move, Sample, Wish};
use crate::domain::generation::of_per_cent;
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
    /// Per cent of the leads that it decides; not of what pays
    #[arg(long, value_name = "PERCENT")]
    share: Option<f64>,
    /// Of what pays, codes of the partners that it pays; their statements say so, and
    /// why, with the comment
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    partners: Vec<String>,
    /// Of what pays, the day from which it counts, such as 2027-01-15T00:00, which cuts
    /// the period that it lies in [default: with the next period]
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime>,
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

/// What is done with it, as it is sent to a server.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case", tag = "action")]
enum Action {
    #[serde(rename_all = "kebab-case")]
    Shadow {
        share_percent: f64,
    },
    #[serde(rename_all = "kebab-case")]
    Canary {
        #[serde(skip_serializing_if = "Option::is_none")]
        share_percent: Option<f64>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        partners: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<DateTime>,
    },
    Activate {
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<DateTime>,
    },
    Approve,
    Cancel,
}

impl From<Action> for Move {
    fn from(action: Action) -> Self {
        match action {
            Action::Shadow { share_percent } => Self::Shadow {
                share: of_per_cent(share_percent),
            },
            Action::Canary {
                share_percent,
                partners,
                from,
            } => Self::Canary(Sample {
                share: share_percent.map(of_per_cent),
                partners,
                from,
            }),
            Action::Activate { from } => Self::Activate { from },
            Action::Approve => Self::Approve,
            Action::Cancel => Self::Cancel,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    slot: &'a str,
    generation: i64,
    #[serde(flatten)]
    action: Action,
    comment: &'a str,
}

pub fn shadow(arguments: &Shadow, console: &Console) -> Result<Exit, CliError> {
    let share_percent = arguments.share;
    take(&arguments.which, Action::Shadow { share_percent }, console)
}

pub fn canary(arguments: &Canary, console: &Console) -> Result<Exit, CliError> {
    let action = Action::Canary {
        share_percent: arguments.share,
        partners: arguments.partners.clone(),
        from: arguments.from,
    };
    take(&arguments.which, action, console)
}

pub fn activate(arguments: &Activate, console: &Console) -> Result<Exit, CliError> {
    let from = arguments.from;
    take(&arguments.which, Action::Activate { from }, console)
}

pub fn approve(which: &Which, console: &Console) -> Result<Exit, CliError> {
    take(which, Action::Approve, console)
}

pub fn cancel(which: &Which, console: &Console) -> Result<Exit, CliError> {
    take(which, Action::Cancel, console)
}

fn take(which: &Which, action: Action, console: &Console) -> Result<Exit, CliError> {
    let server = which.target.server(which.of.manufacturer.as_deref())?;
    let step = match server {
        Some(client) => at_server(which, action, &client)?,
        None => block_on(in_data(which, action))?,
    };
    console.result(&step)?;
    Ok(Exit::Done)
}

fn at_server(which: &Which, action: Action, client: &Client) -> Result<Step, CliError> {
    let path = format!("/api/v1/contracts/{}/steps", segment(&which.contract));
    let body = Body {
        slot: &which.slot,
        generation: which.generation,
        action,
        comment: &which.comment,
    };
    client.send_json(Method::POST, &path, &body)
}

async fn in_data(which: &Which, action: Action) -> Result<Step, CliError> {
    which
        .target
        .with_data(async |host| {
            let of = which.of.find(host).await?;
            let contract = contract(host, &of, &which.contract).await?;
            let wish = Wish {
                slot: which.slot.clone(),
                generation: which.generation,
                to: action.into(),
                comment: which.comment.clone(),
            };
            let origin = Origin::host();
            let step = binding::take(host, &of.id, &contract.id, &wish, &origin).await?;
            Ok(Step::of(&step))
        })
        .await
}
