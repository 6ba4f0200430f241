//! `stellwerk policy show|bind|history`: which plugin decides in a contract's
//! slots, with which configuration.

mod bind;
mod history;
mod show;
mod view;

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show what is bound to a contract's slots
    Show(show::Arguments),
    /// Bind a plugin to a slot: a new generation, which the next request is
    /// decided by
    Bind(bind::Arguments),
    /// Show the generations of a slot, the latest first
    History(history::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::Show(arguments) => show::run(arguments, console),
        Command::Bind(arguments) => bind::run(arguments, console),
        Command::History(arguments) => history::run(arguments, console),
    }
}
