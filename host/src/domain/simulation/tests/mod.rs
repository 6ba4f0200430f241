mod by_hand;
mod directions;
mod maps;
mod parameters;
mod worlds;

use super::native::Native;
use super::outcome::Outcome;
use super::parameters::{
    Action, Chances, Course, Kind, Measure, Parameters, Promised, Provider, Share, Work,
};
use super::world::{Lead, World};
use super::{Behaviour, run};
use crate::domain::event::EventCode;
use crate::domain::temperature::Temperature;

/// Ten of a hundred thousandths, to write per cents.
pub(super) const PER_CENT: i64 = 10_000;

/// What an action takes, in minutes, and how often something comes of it.
pub(super) fn work(minutes: i64, event: EventCode, per_cent: i64) -> Work {
    Work {
        effort: minutes * 1_000 / 60,
        outcomes: vec![Chances {
            event,
            probability: per_cent * PER_CENT,
        }],
        stays: 50 * PER_CENT,
    }
}

/// Leads whose project is worth so much and won as often as that.
pub(super) fn kind(value: i64, won_per_cent: i64) -> Kind {
    Kind {
        source: "configurator".to_owned(),
        temperature: Temperature::Hot,
        product: None,
        weight: 1,
        value,
        project_margin: 15 * PER_CENT,
        customer_value: 40_000,
        stays_if_ignored: 30 * PER_CENT,
        keep_data: work(12, EventCode::DataComplete, 80),
        care_contact: work(18, EventCode::CareContact, 95),
        pursue_project: work(240, EventCode::Won, won_per_cent),
    }
}

/// Providers with so many hours a week, who are paid by so many leads.
pub(super) fn parameters(budget_hours: i64, lead_count: u32, kinds: Vec<Kind>) -> Parameters {
    Parameters {
        seeds: vec![1, 2],
        weeks: 12,
        period_weeks: 4,
        open_weeks: 2,
        lead_count,
        promised: Promised {
            hot: 7_200,
            warm: 86_400,
            cold: 345_600,
        },
        providers: vec![Provider {
            count: 2,
            budget: budget_hours * 1_000,
            cost_per_hour: 3_500,
            response_seconds: 3_600,
            weight: 1,
        }],
        kinds,
        measures: vec![Measure {
            name: "satisfaction".to_owned(),
            course: Course::By {
                share: Share::CaredFor,
                none: 5_000_000,
                all: 9_000_000,
            },
        }],
        targets: Vec::new(),
    }
}

/// A lead that comes in that week, with the luck of its three actions.
pub(super) fn lead(number: u32, week: u32, value: i64, luck: [i64; 3]) -> Lead {
    Lead {
        number,
        provider: 0,
        kind: 0,
        week,
        value,
        response_seconds: 3_600,
        luck,
        loyalty: 40 * PER_CENT,
    }
}

/// What comes of a world for all providers together.
pub(super) fn played(parameters: &Parameters, world: &World, mut plan: Native) -> Outcome {
    let Ok(outcomes) = run(parameters, world, Behaviour::ByPay, &mut plan);
    outcomes.into_iter().sum()
}
