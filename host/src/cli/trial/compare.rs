//! `stellwerk trial compare`: plans of two trials side by side.

use std::fmt;

use serde::Serialize;

use super::kept::Kept;
use super::sums::{Sums, write};
use crate::cli::{CliError, Console, Exit};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    kept: Kept,
    /// A trial, or one of its plans as TRIAL/PLAN
    one: String,
    /// Another one
    other: String,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let mut plans = sums(&arguments.kept, &arguments.one)?;
    plans.extend(sums(&arguments.kept, &arguments.other)?);
    console.result(&Compared { plans })?;
    Ok(Exit::Done)
}

/// All plans of a trial, or the one that is named.
fn sums(kept: &Kept, named: &str) -> Result<Vec<Sums>, CliError> {
    let (trial, plan) = match named.split_once('/') {
        Some((trial, plan)) => (trial, Some(plan)),
        None => (named, None),
    };
    let trial = kept.one(trial)?;
    let mut found = Sums::of(&trial);
    if found.is_empty() {
        return Err(CliError::Refused {
            code: "trial.not-done".to_owned(),
            message: format!(
                "the trial {} is {}: it has found nothing yet",
                trial.id, trial.state
            ),
        });
    }
    if let Some(plan) = plan {
        found.retain(|sums| sums.plan == plan);
        if found.is_empty() {
            return Err(CliError::Usage(format!(
                "the trial {} has no plan `{plan}`",
                trial.id
            )));
        }
    }
    Ok(found)
}

#[derive(Serialize)]
struct Compared {
    plans: Vec<Sums>,
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for plans in self.plans.chunk_by(|one, other| one.trial == other.trial) {
            if let Some(first) = plans.first() {
                writeln!(f, "{}", first.trial)?;
            }
            write(f, plans)?;
        }
        Ok(())
    }
}
