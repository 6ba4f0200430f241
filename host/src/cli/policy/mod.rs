//! `stellwerk policy …`: which plugin decides in a contract's slots, with which
//! configuration, and how another takes its place.

mod bind;
mod diff;
mod gates;
mod history;
mod rollback;
mod show;
mod status;
mod step;
mod trial;
pub(super) mod view;

use super::{CliError, Console, Exit};

pub(super) use view::seconds;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show what is bound to a contract's slots
    Show(show::Arguments),
    /// Show what of a contract runs at which server, what is tried or planned, and who
    /// is behind
    Status(status::Arguments),
    /// Bind a plugin to a slot at once: a new generation, which the next lead is
    /// decided by
    Bind(bind::Arguments),
    /// Make a candidate for a slot: a generation that is ready to be tried
    Configure(bind::Candidate),
    /// Show how a generation differs from another: what it is, and what it would have
    /// decided
    Diff(diff::Arguments),
    /// Ask a candidate what is asked anyway; its answers are recorded and never
    /// followed
    Shadow(step::Shadow),
    /// Let a candidate decide for a share of the leads or, of what pays, pay what concerns
    /// some partners
    Canary(step::Canary),
    /// Put a candidate in force, at once or from an instant on
    Activate(step::Activate),
    /// Agree to what somebody else wants in force
    Approve(step::Which),
    /// Make a candidate ready again: its trial and what was planned are over
    Cancel(step::Which),
    /// Take what is in force out of it, and put what was before in its place
    Rollback(rollback::Arguments),
    /// Show what a canary's answers tell of the gates that the terms set
    Gates(gates::Arguments),
    /// Show who did what to a slot, when and why
    History(history::Arguments),
}

pub fn run(command: &Command, console: &Console) -> Result<Exit, CliError> {
    match command {
        Command::Show(arguments) => show::run(arguments, console),
        Command::Status(arguments) => status::run(arguments, console),
        Command::Bind(arguments) => bind::run(arguments, console),
        Command::Configure(candidate) => bind::configure(candidate, console),
        Command::Diff(arguments) => diff::run(arguments, console),
        Command::Shadow(arguments) => step::shadow(arguments, console),
        Command::Canary(arguments) => step::canary(arguments, console),
        Command::Activate(arguments) => step::activate(arguments, console),
        Command::Approve(which) => step::approve(which, console),
        Command::Cancel(which) => step::cancel(which, console),
        Command::Rollback(arguments) => rollback::run(arguments, console),
        Command::Gates(arguments) => gates::run(arguments, console),
        Command::History(arguments) => history::run(arguments, console),
    }
}
