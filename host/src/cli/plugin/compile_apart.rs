//! `stellwerk plugin compile-apart`: what a server starts to compile what somebody
//! has just sent.

use std::io;

use crate::cli::{CliError, Exit};
use crate::policy::engine;

pub fn run() -> Result<Exit, CliError> {
    engine::compile_apart(io::stdin().lock(), io::stdout().lock()).map_err(CliError::runtime)?;
    Ok(Exit::Done)
}
