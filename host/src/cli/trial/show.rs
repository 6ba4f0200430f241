//! `stellwerk trial show`: where a trial stands, and what it has found.

use std::fmt;

use serde::Serialize;

use super::kept::Kept;
use super::sums::{Sums, write};
use crate::cli::{CliError, Console, Exit};
use crate::trial::served::PlanTrialView;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    kept: Kept,
    /// Identifier of the trial, as `list` has it
    trial: String,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let trial = arguments.kept.one(&arguments.trial)?;
    console.result(&Shown(trial))?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Shown(PlanTrialView);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trial = &self.0;
        writeln!(f, "{}  {}", trial.id, trial.name)?;
        write!(f, "{}", trial.state)?;
        if let Some(step) = &trial.step {
            write!(f, ": {step}")?;
        }
        if let Some(error) = &trial.error {
            write!(f, ": {} ({})", error.message, error.code)?;
        }
        writeln!(f)?;
        writeln!(f, "asked for {}: {}", trial.created_at, trial.comment)?;
        if let Some(found) = &trial.found {
            for name in ["until", "digest", "rules"] {
                if let Some(value) = found.get(name).and_then(|value| value.as_str()) {
                    writeln!(f, "{name:<8} {value}")?;
                }
            }
        }
        write(f, &Sums::of(trial))
    }
}
