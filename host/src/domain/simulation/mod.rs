//! What providers would do under a plan: the goal-conflict simulation.
//!
//! Each provider has so many hours a week, and an hour costs it so much. On each lead
//! that it holds it may keep the customer's data, care for the customer and pursue the
//! project, each once, or ignore it. It asks the real plan what an action pays: the
//! difference in what events and the period's settlement are expected to pay with and
//! without it. It takes no action that pays less than its hours cost, and fills its week
//! by pay per hour.
//!
//! What is assumed ([`parameters`]) is fixed before plans are compared, and names none.
//! Leads, and what would come of an action on a lead, are drawn before anybody acts
//! ([`world`]), so that two plans differ by what people do and not by luck (common random
//! numbers: A. M. Law, "Simulation Modeling and Analysis", chapter 11.2).
//!
//! What it leaves out: a provider does not look ahead to leads that are still to come,
//! earns nothing of projects beside the plan, and sees no deal called off.

pub mod behaviour;
mod check;
mod choice;
pub mod estimate;
pub mod map;
#[cfg(test)]
pub(crate) mod native;
pub mod outcome;
pub mod parameters;
pub mod plan;
pub mod run;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod world;

pub use behaviour::Behaviour;
pub use estimate::Estimate;
pub use outcome::{Estimates, Outcome};
pub use parameters::{Action, BadParameter, Parameters};
pub use plan::{Award, Booked, Event, Plan, Settle};
pub use run::run;
pub use tally::Tally;
pub use world::World;
