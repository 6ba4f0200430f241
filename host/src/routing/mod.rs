//! The use-cases of a lead's way: intake, distribution, claim, feedback,
//! escalation. Each reads like the sentence that describes it: load what is
//! needed, ask the policies, let the domain decide, commit with a check of what
//! the decision rested on.

mod aside;
mod ask;
pub mod assumed;
mod candidates;
pub mod change;
pub mod claim;
mod contract;
pub mod deals;
pub mod decline;
mod distribute;
mod draft;
pub mod due;
mod duplicates;
mod error;
mod escalate;
pub mod feedback;
pub mod history;
pub mod intake;
pub mod release;
pub mod withdraw;

use crate::host::again;
use crate::store::changes::Command;

pub use crate::host::{Origin, Problem};
pub use error::{Error, Refusal};

/// What a use-case has decided; it holds once the command is committed.
#[derive(Debug)]
pub struct Decided<T> {
    pub outcome: T,
    pub command: Command,
}
