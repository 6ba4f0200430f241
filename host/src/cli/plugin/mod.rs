//! `stellwerk plugin …`: what an author of policies needs.

mod build;
mod check;
mod compile;
mod compile_apart;
mod component;
mod dev;
mod documents;
mod inspect;
mod new;
mod paths;
mod project;
mod run;
mod sdk;
mod ship;
mod templates;
mod toolchain;
pub mod upload;
mod withdraw;

pub(super) use documents::engine;

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a project for a new plugin
    New(new::Arguments),
    /// Build a plugin's project into a component, and check it
    Build(build::Arguments),
    /// Build, test and bind to a test contract whatever is saved in a project
    Dev(Box<dev::Arguments>),
    /// Show what a component says about itself
    Inspect(inspect::Arguments),
    /// Do everything that a server does before it takes a component
    Check(check::Arguments),
    /// Ask a component one question, and show what the answer cost
    Run(run::Arguments),
    /// Bring a component to where it can be bound, after every check
    Upload(upload::Arguments),
    /// Share a plugin no more; who has bound it keeps it
    Withdraw(withdraw::Arguments),
    /// Compile what is read, for a server that has started this
    #[command(hide = true)]
    CompileApart,
    /// Rebuild the reference plugins of this repository
    #[command(hide = true)]
    Ship(ship::Arguments),
}

pub fn run(command: Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::New(arguments) => new::run(arguments, console),
        Command::Build(arguments) => build::run(arguments, console),
        Command::Dev(arguments) => dev::run(&arguments, console),
        Command::Inspect(arguments) => inspect::run(arguments, console),
        Command::Check(arguments) => check::run(arguments, console),
        Command::Run(arguments) => run::run(arguments, console),
        Command::Upload(arguments) => upload::run(&arguments, console),
        Command::Withdraw(arguments) => withdraw::run(&arguments, console),
        Command::CompileApart => compile_apart::run(),
        Command::Ship(arguments) => ship::run(arguments, console),
    }
}
