//! The command line: one file per command.
//!
//! Architecture invariant: what is done lies below (`routing`, `pay`, `policy`,
//! `store`, …); here are arguments, files, other programs, and what is printed.

mod apply;
mod audit;
mod backup;
mod client;
mod config;
mod console;
mod demo;
mod erase;
mod error;
mod exit;
mod explain;
mod export;
mod import;
mod line;
mod period;
mod person;
mod plugin;
mod policy;
mod process;
mod replay;
mod serve;
mod statement;
mod store;
mod target;
mod temporary;
mod token;
mod trial;
mod usage;

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
        display_order = 1_000,
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
    /// Take in leads, partners, outcomes, measures or places from a file
    Import(import::Import),
    /// Copy a data folder while its server runs
    Backup(backup::Backup),
    /// Make a data folder of a backup
    Restore(backup::Restore),
    /// Forget a person, and show first what would be forgotten
    Erase(erase::Erase),
    /// Write down everything that is kept of a person
    Export(export::Export),
    /// Say why a decision came out as it did
    Explain(explain::Explain),
    /// Ask recorded decisions again, and compare bit for bit
    Replay(replay::Replay),
    /// Make, list and revoke tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Prove what was decided and paid
    #[command(subcommand)]
    Audit(audit::Command),
    /// What a server is set to
    #[command(subcommand)]
    Config(config::Command),
    /// Bind plugins to a contract's slots, and see what is bound
    #[command(subcommand)]
    Policy(policy::Command),
    /// Show, close and recompute the periods over which a contract pays
    #[command(subcommand)]
    Period(period::Command),
    /// Write what a partner has earned in a period, to read, to print or to reckon with
    Statement(statement::Statement),
    /// Try other rules over what has happened, and see what they would have paid
    #[command(subcommand)]
    Trial(trial::Command),
    /// Write, build, check and upload plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::refuse(&error),
    };
    let console = Console {
        format: arguments.output,
    };
    let result = match arguments.command {
        Command::Serve(serve) => serve::run(&serve, &console),
        Command::Demo(demo) => demo::run(&demo, &console),
        Command::Apply(apply) => apply::run(&apply, &console),
        Command::Import(import) => import::run(&import, &console),
        Command::Backup(command) => backup::take(&command, &console),
        Command::Restore(command) => backup::restore(&command, &console),
        Command::Erase(command) => erase::run(&command, &console),
        Command::Export(command) => export::run(&command, &console),
        Command::Explain(command) => explain::run(&command, &console),
        Command::Replay(command) => replay::run(&command, &console),
        Command::Token(command) => token::run(&command, &console),
        Command::Audit(command) => audit::run(&command, &console),
        Command::Config(command) => config::run(&command, &console),
        Command::Policy(command) => policy::run(&command, &console),
        Command::Period(command) => period::run(&command, &console),
        Command::Statement(command) => statement::run(&command, &console),
        Command::Plugin(command) => plugin::run(command, &console),
        Command::Trial(command) => trial::run(&command, &console),
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

    /// What every command says of itself, the shown ones below it included.
    fn helps(mut command: clap::Command, name: &str, found: &mut Vec<(String, String)>) {
        command = command.term_width(100);
        command.build();
        for below in command.get_subcommands() {
            if !below.is_hide_set() && below.get_name() != "help" {
                helps(
                    below.clone(),
                    &format!("{name}-{}", below.get_name()),
                    found,
                );
            }
        }
        found.push((name.to_owned(), command.render_long_help().to_string()));
    }

    #[test]
    fn every_command_says_what_it_is_for() {
        let mut found = Vec::new();
        helps(Arguments::command(), "stellwerk", &mut found);
        for (name, help) in found {
            let plain: Vec<&str> = help.lines().map(str::trim_end).collect();
            insta::assert_snapshot!(name, plain.join("\n"));
        }
    }
}
