//! Trials beside the live system: asked for over the API, run by a host as a process of
//! their own that gets what the machine has left, and kept with what they have found. What
//! a variant has shown can become a candidate of the live contract.

mod child;
mod folder;
mod promote;
mod request;
mod runner;
mod view;

pub use promote::{Beginning, Error as PromoteError, Promotion, promote};
pub use request::{Plan, Request, ask};
pub use runner::Runner;
pub use view::PlanTrialView;

/// The page that says what a trial has found.
pub const REPORT: &str = "report.html";

/// What a file of a trial is, by its name; none of what is no result.
pub fn kind_of(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')? {
        _ if name == REPORT => Some("text/html; charset=utf-8"),
        (stem, "csv") if !stem.ends_with(".rejects") => {
            Some("text/csv; charset=utf-8; header=present")
        }
        (_, "ndjson") => Some("application/x-ndjson"),
        _ => None,
    }
}
