//! What is wrong with a plan, shown by the smallest example.
//!
//! A plan is asked what it would pay in small made-up periods, and what it would pay if
//! one thing in them were otherwise. What looks wrong is made smaller as long as it still
//! shows (as in J. Hughes, "QuickCheck testing for fun and profit", 2007), always in the
//! same order, so that the same plan gives the same examples.
//!
//! Where a plan has no answer, nothing is concluded: that is counted and shown apart.
//!
//! It is asked as a whole, all components of a contract together: a bonus alone, without
//! the commission that it is taken of, may well fall when sales rise.

mod change;
mod finding;
mod flaws;
mod periods;
mod probe;
mod scenario;
mod search;
#[cfg(test)]
mod tests;

pub use change::{Change, Reported};
pub use finding::{Finding, Flaw, Report, Unanswered};
pub use scenario::{Case, Deed, Scenario, paid};
pub use search::lint;

use super::event::EventCode;
use super::simulation::Parameters;
use super::simulation::parameters::{Action, Course, Share};

/// What the lint has to know beside the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// What the contract asks for.
    pub duties: Vec<Duty>,
    /// What the plan may be told of a period.
    pub measures: Vec<Range>,
    /// Laws that the plan's manifests say they break by design: floor, cap, minimum …
    pub declares: Vec<String>,
}

/// Something that the contract asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// With which it is reported.
    pub event: EventCode,
    /// What it costs whoever does it, in minor units.
    pub cost: i64,
}

/// How bad and how good a measure may be, in millionths of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    pub name: String,
    pub worst: i64,
    pub best: i64,
    /// What makes it better; none where nothing that the contract asks for does.
    pub follows: Option<EventCode>,
}

impl Brief {
    /// From what a simulation assumes. An action costs what it costs where it is
    /// cheapest. Measures that are fixed say nothing of what is worse and better.
    pub fn of(parameters: &Parameters, declares: &[String]) -> Self {
        let cheapest_hour = parameters.providers.iter().map(|one| one.cost_per_hour);
        let cost_per_hour = cheapest_hour.min().unwrap_or(0);
        let duty = |action: Action| {
            let efforts = parameters.kinds.iter().map(|kind| kind.work(action).effort);
            let effort = i128::from(efforts.min().unwrap_or(0));
            Duty {
                event: action.may_bring()[0],
                cost: (effort * i128::from(cost_per_hour) / 1_000) as i64,
            }
        };
        let range = |measure: &super::simulation::parameters::Measure| match measure.course {
            Course::Fixed(_) => None,
            Course::By { share, none, all } => Some(Range {
                name: measure.name.clone(),
                worst: none,
                best: all,
                follows: match share {
                    Share::Worked | Share::InTime => None,
                    Share::CaredFor => Some(EventCode::CareContact),
                    Share::DataComplete => Some(EventCode::DataComplete),
                },
            }),
        };
        Self {
            duties: Action::ALL.map(duty).to_vec(),
            measures: parameters.measures.iter().filter_map(range).collect(),
            declares: declares.to_vec(),
        }
    }
}
