//! `stellwerk plugin …`: what an author of policies needs.

mod build;
mod compile;
mod component;
mod paths;
mod project;
mod toolchain;

use super::{CliError, Console};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Build a plugin's project into a component
    Build(build::Arguments),
}

pub fn run(command: Command, console: &Console) -> Result<(), CliError> {
    match command {
        Command::Build(arguments) => build::run(arguments, console),
    }
}
