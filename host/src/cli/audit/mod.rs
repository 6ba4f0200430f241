//! `stellwerk audit …`: proves what was decided.

mod check;
mod export;
mod key;
mod verify;

use super::{CliError, Console, Exit};
use crate::domain::digest::Hash;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check receipts, seals, postings and states against each other
    Verify(verify::Arguments),
    /// Write a decision with all that proves it into a file
    Export(export::Arguments),
    /// Prove an exported decision, without the data
    Check(check::Arguments),
    /// Show the public keys that others check seals with
    Key(key::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::Verify(arguments) => verify::run(arguments, console),
        Command::Export(arguments) => export::run(arguments, console),
        Command::Check(arguments) => check::run(arguments, console),
        Command::Key(arguments) => key::run(arguments, console),
    }
}

/// A public key as `audit key` shows it.
fn public_key(text: &str) -> Result<Hash, String> {
    let bytes = hex::decode(text).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| "takes 64 hexadecimal digits, as `audit key` shows them".to_owned())
}
