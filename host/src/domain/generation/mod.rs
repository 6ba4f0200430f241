//! The generations of a slot: each is a plugin with its configuration, and steps
//! say what has become of it. What is in force, and what answers whom beside it,
//! follows from the steps alone.

mod answer;
mod course;
mod failure;
mod gate;
mod paid_trial;
mod share;
mod standing;
mod step;
mod tally;
#[cfg(test)]
mod tests;

pub use answer::{
    CandidateAnswer, CandidateLedger, LedgerDifference, LedgerOutcome, LeftOut, Role,
};
pub use course::{Activation, Course, Request, Trial};
pub use failure::{is_hosts, is_own_failure};
pub use gate::{Count, Share, Verdict};
pub use paid_trial::PaidTrial;
pub use share::{WHOLE, is_chosen, of_per_cent, per_cent};
pub use standing::Standing;
pub use step::{Action, Chosen, Step};
pub use tally::{Gate, Gated, Tally};
