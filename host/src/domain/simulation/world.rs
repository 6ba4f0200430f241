//! What happens whatever anybody does: which leads come in, and what would come of each
//! action on them.

use super::parameters::{Action, Kind, Parameters, Provider};
use crate::domain::chance::Chance;
use crate::domain::event::EventCode;
use crate::domain::generation::WHOLE;

/// Distinguishes the draws of simulations from any other's.
const SIMULATION: &str = "simulation";
/// Of factors in thousandths.
const WHOLE_FACTOR: i64 = 1_000;

/// The leads of a seed. What is drawn for a lead depends on the seed and its number
/// alone: not on other leads, and on no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    pub seed: u64,
    pub leads: Vec<Lead>,
}

/// A lead, and the luck that lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    pub number: u32,
    /// Counted from 0 through all providers.
    pub provider: u32,
    /// Position in the parameters' kinds.
    pub kind: usize,
    /// In which it comes, counted from 0.
    pub week: u32,
    /// Of the project, in minor units.
    pub value: i64,
    /// From the claim to the first work, if taken up in the week of its arrival.
    pub response_seconds: u32,
    /// Below which probability an outcome comes about, by action; the same in every
    /// week, so that a lead does not get better by being tried later.
    pub luck: [i64; 3],
    /// From which probability on the customer stays.
    pub loyalty: i64,
}

impl World {
    /// Draws the leads.
    pub fn drawn(parameters: &Parameters, seed: u64) -> Self {
        let providers: Vec<(u32, &Provider)> = (0..).zip(parameters.each_provider()).collect();
        let leads = (0..parameters.lead_count)
            .filter_map(|number| lead(parameters, &providers, seed, number))
            .collect();
        Self { seed, leads }
    }

    /// From 0 to less than a million: whether the last action of a week is begun.
    pub fn begins(&self, lead: &Lead, action: Action, week: u32) -> i64 {
        let occasion = format!("week {week} {}", action.as_str());
        let mut chance = Chance::about(SIMULATION, &subject(self.seed, lead.number), &occasion);
        chance.below(WHOLE as u64) as i64
    }
}

impl Parameters {
    /// All providers, one by one.
    pub fn each_provider(&self) -> impl Iterator<Item = &Provider> {
        self.providers
            .iter()
            .flat_map(|alike| (0..alike.count).map(move |_| alike))
    }

    /// That of a lead.
    pub fn kind_of(&self, lead: &Lead) -> &Kind {
        &self.kinds[lead.kind]
    }
}

impl Lead {
    /// What comes of an action on it; none where nothing does.
    pub fn outcome(&self, kind: &Kind, action: Action) -> Option<EventCode> {
        let mut below = 0;
        kind.work(action)
            .outcomes
            .iter()
            .find(|outcome| {
                below += outcome.probability;
                self.luck[action as usize] < below
            })
            .map(|outcome| outcome.event)
    }
}

fn subject(seed: u64, number: u32) -> String {
    format!("{seed} {number}")
}

fn lead(
    parameters: &Parameters,
    providers: &[(u32, &Provider)],
    seed: u64,
    number: u32,
) -> Option<Lead> {
    let subject = subject(seed, number);
    let about = |occasion: &str| Chance::about(SIMULATION, &subject, occasion);
    let (provider, its) = *about("provider").one_of(providers, |(_, one)| one.weight)?;
    let kinds: Vec<(usize, &Kind)> = parameters.kinds.iter().enumerate().collect();
    let (kind, like) = *about("kind").one_of(&kinds, |(_, one)| one.weight)?;
    // So that its time to be worked is over before the simulation ends.
    let weeks = parameters.weeks.saturating_sub(parameters.open_weeks) + 1;
    let factor = i64::from(about("value").around(WHOLE_FACTOR as u32));
    let any = |occasion: &str| about(occasion).below(WHOLE as u64) as i64;
    Some(Lead {
        number,
        provider,
        kind,
        week: about("arrival").below(u64::from(weeks)) as u32,
        value: like.value * factor / WHOLE_FACTOR,
        response_seconds: about("response").around(its.response_seconds),
        luck: Action::ALL.map(|action| any(action.as_str())),
        loyalty: any("loyalty"),
    })
}
