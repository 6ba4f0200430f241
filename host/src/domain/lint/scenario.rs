//! A small period of one provider, made up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::event::EventCode;
use crate::domain::simulation::parameters::{Course, Measure};
use crate::domain::simulation::plan::Told;
use crate::domain::simulation::{Award, Event, Plan, Settle, Tally};
use crate::domain::temperature::Temperature;

const IN_TIME_SECONDS: u32 = 1_800;
const LATE_SECONDS: u32 = 30 * 86_400;

/// A small period of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scenario {
    /// What it has claimed.
    pub leads: Vec<Case>,
    /// In millionths of their unit.
    pub measures: BTreeMap<String, i64>,
}

/// A lead that was claimed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// Whether it was worked within the promised time.
    pub in_time: bool,
    /// What was reported of it, or became of it, in this order.
    pub deeds: Vec<Deed>,
}

/// Something that was reported of a lead, or became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deed {
    pub code: EventCode,
    /// Of a deal, in minor units.
    pub value: Option<i64>,
}

impl PartialOrd for Deed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Deed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |deed: &Self| (deed.code.as_str(), deed.value);
        key(self).cmp(&key(other))
    }
}

impl Deed {
    /// A deal of that value.
    pub fn won(value: i64) -> Self {
        Self {
            code: EventCode::Won,
            value: Some(value),
        }
    }

    /// Anything without a value.
    pub fn of(code: EventCode) -> Self {
        Self { code, value: None }
    }
}

impl Case {
    /// A lead of which that was reported, in time.
    pub fn with(deeds: impl Into<Vec<Deed>>) -> Self {
        Self {
            in_time: true,
            deeds: deeds.into(),
        }
    }
}

/// What a plan would pay in that period, its end included.
///
/// # Errors
/// Where the plan cannot be asked.
pub fn paid<P: Plan>(plan: &mut P, scenario: &Scenario) -> Result<i64, P::Error> {
    let mut accounts = plan.open(0)?;
    let mut tally = Tally::default();
    let mut sum = 0_i64;
    let claims = (0..).zip(&scenario.leads).map(|(lead, case)| {
        let claim = Deed::of(EventCode::Claimed);
        event(lead, case, claim, None)
    });
    let mut deals = 0..;
    let deeds = (0..).zip(&scenario.leads).flat_map(|(lead, case)| {
        let mut is_worked = false;
        let told: Vec<Event<'_>> = case
            .deeds
            .iter()
            .map(|deed| {
                is_worked |= deed.code.is_work();
                let deal = deed.value.and_then(|_| deals.next());
                let event = event(lead, case, *deed, deal);
                let worked_after_seconds = event.worked_after_seconds.filter(|_| is_worked);
                Event {
                    worked_after_seconds,
                    ..event
                }
            })
            .collect();
        told
    });
    let events: Vec<Event<'_>> = claims.chain(deeds).collect();
    for event in events {
        tally.count(event.code, event.value);
        let booked = plan.award(&[Award {
            accounts: &accounts,
            event,
        }])?;
        for one in booked {
            sum = sum.saturating_add(one.paid);
            accounts = one.accounts;
        }
    }
    for case in &scenario.leads {
        if case.deeds.iter().any(|deed| deed.code.is_work()) {
            tally.count_work(case.in_time);
        }
    }
    let measures: Vec<Measure> = scenario
        .measures
        .iter()
        .map(|(name, value)| Measure {
            name: name.clone(),
            course: Course::Fixed(*value),
        })
        .collect();
    let settled = plan.settle(&[Settle {
        accounts: &accounts,
        provider: 0,
        period: 0,
        tally,
        told: Told {
            measures: &measures,
            targets: &[],
        },
    }])?;
    Ok(settled
        .iter()
        .fold(sum, |sum, one| sum.saturating_add(one.paid)))
}

fn event(lead: u32, case: &Case, deed: Deed, deal: Option<u32>) -> Event<'static> {
    let after = match case.in_time {
        true => IN_TIME_SECONDS,
        false => LATE_SECONDS,
    };
    Event {
        code: deed.code,
        provider: 0,
        lead,
        deal,
        value: deed.value,
        week: 0,
        period: 0,
        source: "",
        temperature: Temperature::Hot,
        product: None,
        within_sla: case.in_time,
        worked_after_seconds: Some(after),
    }
}
