//! `stellwerk period …`: the periods over which a contract pays.

mod close;
mod recalculate;
mod show;
mod view;

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show a contract's periods, or what one of them comes to
    Show(show::Arguments),
    /// Close a period that is over: what it pays is final then
    Close(close::Arguments),
    /// Compute a period anew, and book what differs
    Recalculate(recalculate::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::Show(arguments) => show::run(arguments, console),
        Command::Close(arguments) => close::run(arguments, console),
        Command::Recalculate(arguments) => recalculate::run(arguments, console),
    }
}
