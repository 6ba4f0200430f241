//! The command line: one file per command.
//!
//! Architecture invariant: what is done lies below (`routing`, `pay`, `policy`,
//! `store`, …); here are arguments, files, other programs, and what is printed.

mod apply;
mod config;
mod console;
mod demo;
mod error;
mod exit;
mod plugin;
mod process;
mod serve;
mod store;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use console::{Console, Format};
pub use error::CliError;
pub use exit::Exit;

/// Routes sales leads to the partners who will work them, and pays those
/// partners, by policies that can be swapped while it runs.
#[derive(Debug, Parser)]
#[command(name = "stellwerk", version, max_term_width = 100)]
struct Arguments {
    /// How the result is printed
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests and work due deadlines
    Serve(serve::Serve),
    /// Play four weeks of a made-up contract, show what came of it, and serve it
    Demo(demo::Demo),
    /// Make a contract what a file says
    Apply(apply::Apply),
    /// Make, list and revoke tokens
    #[command(subcommand)]
    Token(token::Command),
    /// What a server is set to
    #[command(subcommand)]
    Config(config::Command),
    /// Write, build, check and upload policies
    #[command(subcommand)]
    Plugin(plugin::Command),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console {
        format: arguments.output,
    };
    let result = match arguments.command {
        Command::Serve(serve) => serve::run(&serve, &console),
        Command::Demo(demo) => demo::run(&demo, &console),
        Command::Apply(apply) => apply::run(&apply, &console),
        Command::Token(command) => token::run(command, &console),
        Command::Config(command) => config::run(&command, &console),
        Command::Plugin(command) => plugin::run(command, &console),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            console.failure(&error);
            error.exit().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
