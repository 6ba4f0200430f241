//! `stellwerk trial stop` and `resume`: a trial ends, or goes on where it was.

use serde_json::json;
use ureq::http::Method;

use super::kept::Kept;
use super::show::Shown;
use crate::cli::client::segment;
use crate::cli::store::block_on;
use crate::cli::{CliError, Console, Exit};
use crate::contracts::plan_trial;
use crate::domain::plan_trial::Wanted;
use crate::host::Origin;
use crate::trial::served::PlanTrialView;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    kept: Kept,
    /// Identifier of the trial, as `list` has it
    trial: String,
}

pub fn stop(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    want(arguments, Wanted::Stop, console)
}

pub fn resume(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    want(arguments, Wanted::Run, console)
}

fn want(arguments: &Arguments, wanted: Wanted, console: &Console) -> Result<Exit, CliError> {
    let Arguments { kept, trial } = arguments;
    let trial = match kept.server()? {
        Some(client) => {
            let action = match wanted {
                Wanted::Stop => "stop",
                Wanted::Run => "resume",
            };
            let path = format!("{}/{}/{action}", kept.path(), segment(trial));
            client.send_json(Method::POST, &path, &json!({}))?
        }
        None => block_on(kept.target.with_data(async |host| {
            let (contract, trial) = kept.found(host, trial).await?;
            let trial = plan_trial::want(host, &contract, trial, wanted, &Origin::host()).await?;
            Ok(PlanTrialView::of(&trial))
        }))?,
    };
    console.result(&Shown(trial))?;
    Ok(Exit::Done)
}
