//! `stellwerk token create|list|revoke`: access for programs and people.

mod create;
mod list;
mod revoke;

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a token; its secret is printed once and kept nowhere
    Create(create::Arguments),
    /// List tokens, without their secrets
    List(list::Arguments),
    /// Revoke a token
    Revoke(revoke::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::Create(arguments) => create::run(arguments, console),
        Command::List(arguments) => list::run(arguments, console),
        Command::Revoke(arguments) => revoke::run(arguments, console),
    }
}
