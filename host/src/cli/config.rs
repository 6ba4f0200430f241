//! `stellwerk config show`: what a server would do with the same arguments, and
//! why.

use clap::{Args, Subcommand};

use super::store::Data;
use super::{CliError, Console, Exit};
use crate::config::shown;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every setting, without secrets, and where its value comes from
    Show(Show),
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    data: Data,
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    let Command::Show(show) = command;
    console.result(&shown(&show.data.configured([])?))?;
    Ok(Exit::Done)
}
