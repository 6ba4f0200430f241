//! `stellwerk trial show`: where a trial stands, and what it has found.

use std::fmt;

use serde::Serialize;

use super::kept::Kept;
use super::sums::{Sums, write};
use crate::cli::{CliError, Console, Exit};
use crate::trial::behaviour::UnworkedOf;
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

/// A trial in lines.
#[derive(Serialize)]
pub struct Shown(pub PlanTrialView);

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
        write(f, &Sums::of(trial))?;
        for plan in unworked(trial) {
            writeln!(f, "{plan}")?;
        }
        Ok(())
    }
}

/// What would stay unworked under each plan, where that was played.
fn unworked(trial: &PlanTrialView) -> Vec<UnworkedOf> {
    let found = trial
        .found
        .as_ref()
        .and_then(|found| found.get("behaviour"));
    found
        .and_then(|behaviour| serde_json::from_value(behaviour.clone()).ok())
        .unwrap_or_default()
}
