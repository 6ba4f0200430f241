//! How a provider goes about its work.

use super::estimate::Estimate;
use super::outcome::Outcome;
use super::parameters::Action;
use super::run::Desk;
use super::world::{Lead, World};
use crate::domain::temperature::Temperature;

/// How a provider goes about its work: by what the plan pays or, to see what that would
/// bring it, by a habit whatever the plan pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Behaviour {
    /// Nothing that pays less than its hours cost, and first what pays most per hour.
    ByPay,
    /// Every lead: first all data, then all care, then the projects, the oldest first.
    WorkAll,
    /// The projects of the most valuable quarter of all leads, the largest first, and
    /// nothing else.
    CherryPick,
    /// The projects of hot leads, the latest first, and nothing else.
    FastClose,
}

impl Behaviour {
    /// Those that do not ask what is paid.
    pub const HABITS: [Self; 3] = [Self::WorkAll, Self::CherryPick, Self::FastClose];

    /// As reports name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByPay => "by-pay",
            Self::WorkAll => "work-all",
            Self::CherryPick => "cherry-pick",
            Self::FastClose => "fast-close",
        }
    }
}

/// The habit that pays a provider best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BestHabit {
    pub behaviour: Behaviour,
    /// What it leaves to all providers, in minor units.
    pub provider_margin: Estimate,
    /// Whether it pays better than the next one in more than chance.
    pub is_sure: bool,
}

/// Which of several habits pays best, from what came of each seed; none of none.
pub fn best_habit(habits: &[(Behaviour, Vec<Outcome>)]) -> Option<BestHabit> {
    let mut margins: Vec<(Behaviour, Vec<i64>)> = habits
        .iter()
        .map(|(habit, seeds)| (*habit, seeds.iter().map(Outcome::provider_margin).collect()))
        .collect();
    margins.sort_by_key(|(_, values)| std::cmp::Reverse(Estimate::of(values).mean));
    let (behaviour, values) = margins.first()?;
    Some(BestHabit {
        behaviour: *behaviour,
        provider_margin: Estimate::of(values),
        is_sure: margins
            .get(1)
            .is_some_and(|(_, next)| Estimate::of_difference(values, next).is_sure()),
    })
}

/// A lead by its position on the desk, and what is to be done with it.
pub(super) type Task = (usize, Action);

/// What a habit does with the leads at hand, in its order.
pub(super) fn by_habit<A>(behaviour: Behaviour, desk: &Desk<'_, A>) -> Vec<Task> {
    let mut tasks = desk.tasks();
    let lead = |task: &Task| desk.lead(task.0);
    let is_project = |task: &Task| task.1 == Action::PursueProject;
    match behaviour {
        Behaviour::ByPay => {}
        // As they came, which is how they lie on the desk.
        Behaviour::WorkAll => tasks.sort_by_key(|task| task.1),
        Behaviour::CherryPick => {
            tasks.retain(|task| is_project(task) && lead(task).value >= desk.large);
            tasks.sort_by_key(|task| std::cmp::Reverse(lead(task).value));
        }
        Behaviour::FastClose => {
            let is_hot = |task: &Task| desk.temperature(task.0) == Temperature::Hot;
            tasks.retain(|task| is_project(task) && is_hot(task));
            tasks.sort_by_key(|task| std::cmp::Reverse(lead(task).week));
        }
    }
    tasks
}

/// The value from which on a lead is of the most valuable quarter.
pub(super) fn large(world: &World) -> i64 {
    let mut values: Vec<i64> = world.leads.iter().map(|lead: &Lead| lead.value).collect();
    values.sort_unstable();
    values.get(values.len() * 3 / 4).copied().unwrap_or(0)
}
