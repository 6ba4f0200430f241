//! `stellwerk trial …`: what would other rules have paid?

mod new;
mod run;

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a folder for a trial: contract, history and plans, each a file with comments
    New(new::Arguments),
    /// Run a trial's plans over its history, and write the report
    Run(run::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::New(arguments) => new::run(arguments, console),
        Command::Run(arguments) => run::run(arguments, console),
    }
}
