//! `stellwerk trial …`: what would other rules have paid?

mod bounds;
mod compare;
mod estimate;
mod kept;
mod list;
mod new;
mod promote;
mod run;
mod show;
mod sums;
mod want;
mod workplace;

pub use run::{Means, Tried, tried};

use super::{CliError, Console, Exit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a folder for a trial: contract, history and plans, each a file with comments
    New(new::Arguments),
    /// Put what history tells into simulation.toml: who answers how soon, which leads come
    /// in, and what comes of them
    Estimate(estimate::Arguments),
    /// Run a trial's plans over its history, and write the report
    Run(run::Arguments),
    /// List the trials that a server runs, or has run
    List(list::Arguments),
    /// Show where a trial of a server stands, and what each of its plans would have paid
    Show(show::Arguments),
    /// Stop a trial of a server; what it has played is kept
    Stop(want::Arguments),
    /// Have a trial go on that was stopped, or has failed
    Resume(want::Arguments),
    /// Show plans of two trials side by side
    Compare(compare::Arguments),
    /// Make a candidate of the live contract of what a plan does in a slot
    Promote(promote::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::New(arguments) => new::run(arguments, console),
        Command::Estimate(arguments) => estimate::run(arguments, console),
        Command::Run(arguments) => run::run(arguments, console),
        Command::List(arguments) => list::run(arguments, console),
        Command::Show(arguments) => show::run(arguments, console),
        Command::Stop(arguments) => want::stop(arguments, console),
        Command::Resume(arguments) => want::resume(arguments, console),
        Command::Compare(arguments) => compare::run(arguments, console),
        Command::Promote(arguments) => promote::run(arguments, console),
    }
}
