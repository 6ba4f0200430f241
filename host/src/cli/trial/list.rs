//! `stellwerk trial list`: the trials of a contract.

use std::fmt;

use serde::Serialize;

use super::kept::Kept;
use crate::cli::{CliError, Console, Exit};
use crate::trial::served::PlanTrialView;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    kept: Kept,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let trials = arguments.kept.all()?;
    console.result(&Listed { trials })?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Listed {
    trials: Vec<PlanTrialView>,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.trials.is_empty() {
            return f.write_str("no trials");
        }
        for trial in &self.trials {
            let plans: Vec<&str> = trial.plans.iter().map(|plan| plan.code.as_str()).collect();
            writeln!(
                f,
                "{}  {:<8} {}  ({})",
                trial.id,
                trial.state,
                trial.name,
                plans.join(", ")
            )?;
        }
        Ok(())
    }
}
