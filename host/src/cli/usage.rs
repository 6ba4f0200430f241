//! Arguments that cannot be understood, told in the format that they ask for.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::{CliError, Console, Exit, Format};

/// Ends the process's work on arguments that clap does not take.
pub fn refuse(error: &clap::Error) -> ExitCode {
    let is_asked_for = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_asked_for || !wants_json(std::env::args_os()) {
        // A closed pipe is no error: nobody reads any more.
        let _closed = error.print();
        return match is_asked_for {
            true => Exit::Done.into(),
            false => Exit::Usage.into(),
        };
    }
    let console = Console {
        format: Format::Json,
    };
    console.failure(&CliError::Usage(message(error)));
    Exit::Usage.into()
}

/// What is wrong, without the usage that follows it.
fn message(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first).to_owned()
}

fn wants_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let arguments: Vec<OsString> = arguments.collect();
    let apart = |pair: &[OsString]| pair[0] == "--output" && pair[1] == "json";
    arguments.windows(2).any(apart) || arguments.iter().any(|one| one == "--output=json")
}
