//! `stellwerk trial promote`: what a plan does in a slot becomes a candidate.

use jiff::civil::DateTime;
use serde::Serialize;
use ureq::http::Method;

use super::kept::Kept;
use crate::cli::client::segment;
use crate::cli::policy::view::Step;
use crate::cli::store::block_on;
use crate::cli::{CliError, Console, Exit};
use crate::domain::generation::of_per_cent;
use crate::host::Origin;
use crate::trial::served::{Beginning, PromoteError, Promotion, promote};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    kept: Kept,
    /// Identifier of the trial, as `list` has it
    trial: String,
    /// Code of the plan
    plan: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    #[command(flatten)]
    beginning: Wanted,
    /// Why, for those who look at the history later; the trial is named there
    #[arg(long)]
    comment: String,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Wanted {
    /// Asked beside what is in force, so many per cent of the questions
    #[arg(long, value_name = "PERCENT")]
    shadow: Option<f64>,
    /// In force from then on, by the contract's clock, such as 2027-01-01T00:00
    #[arg(long, value_name = "INSTANT")]
    from: Option<DateTime>,
}

/// As it is sent to a server.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Body<'a> {
    plan: &'a str,
    slot: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime>,
    comment: &'a str,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let Arguments {
        kept, trial, plan, ..
    } = arguments;
    let Wanted { shadow, from } = arguments.beginning;
    let step: Step = match kept.server()? {
        Some(client) => {
            let path = format!("{}/{}/promotions", kept.path(), segment(trial));
            let body = Body {
                plan,
                slot: &arguments.slot,
                shadow_percent: shadow,
                from,
                comment: &arguments.comment,
            };
            client.send_json(Method::POST, &path, &body)?
        }
        None => block_on(in_data(arguments))?,
    };
    console.result(&step)?;
    Ok(Exit::Done)
}

async fn in_data(arguments: &Arguments) -> Result<Step, CliError> {
    let Arguments { kept, trial, .. } = arguments;
    let beginning = match (arguments.beginning.shadow, arguments.beginning.from) {
        (Some(percent), _) => Beginning::Shadow {
            share: of_per_cent(percent),
        },
        (None, Some(from)) => Beginning::From(from),
        (None, None) => return Err(CliError::Usage("name --shadow or --from".to_owned())),
    };
    let promotion = Promotion {
        plan: arguments.plan.clone(),
        slot: arguments.slot.clone(),
        beginning,
        comment: arguments.comment.clone(),
    };
    kept.target
        .with_data(async |host| {
            let (contract, found) = kept.found(host, trial).await?;
            let step = promote(host, &contract, &found, &promotion, &Origin::host()).await?;
            Ok(Step::of(&step))
        })
        .await
}

impl From<PromoteError> for CliError {
    fn from(error: PromoteError) -> Self {
        match error {
            PromoteError::Contract(error) => error.into(),
            error => Self::Refused {
                code: error.code().to_owned(),
                message: error.to_string(),
            },
        }
    }
}
