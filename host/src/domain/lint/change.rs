//! One thing that is otherwise in a scenario. It is always about the first lead, so that
//! all others can be left out when an example is made smaller.

use serde::{Deserialize, Serialize};

use super::scenario::{Case, Deed, Scenario};
use crate::domain::event::EventCode;

/// One thing that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The lead's deal is worth so many minor units more.
    WorthMore(i64),
    /// A lead like this one more.
    AnotherLead,
    /// This is reported of the lead, too.
    Reported(Reported),
    /// This is reported of the lead instead of its being left unworked.
    WorkedInstead(Reported),
    /// Another lead that was claimed is left unworked.
    OneMoreUnworked,
    /// The lead is worked in time.
    InTime,
    /// A measure has another value, in millionths of its unit.
    Measured { name: String, to: i64 },
    /// The lead's deal is made in so many parts.
    Split(u32),
    /// The lead's deals are made as one.
    Merged,
    /// What is reported of the lead is reported so many times.
    Repeated(Reported, u32),
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reported(pub EventCode);

impl PartialOrd for Reported {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reported {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_str().cmp(other.0.as_str())
    }
}

impl Change {
    /// What a scenario becomes by it; none where it does not fit.
    pub fn of(&self, scenario: &Scenario) -> Option<Scenario> {
        let mut after = scenario.clone();
        let first = after.leads.first_mut()?;
        match self {
            Self::WorthMore(more) => {
                let value = first
                    .deeds
                    .iter_mut()
                    .find_map(|deed| deed.value.as_mut())?;
                *value = value.checked_add(*more)?;
            }
            Self::AnotherLead => {
                let again = first.clone();
                after.leads.insert(1, again);
            }
            Self::Reported(Reported(code)) => first.deeds.push(Deed::of(*code)),
            Self::WorkedInstead(Reported(code)) => {
                if first.deeds != [Deed::of(EventCode::Unworked)] {
                    return None;
                }
                first.deeds = vec![Deed::of(*code)];
            }
            Self::OneMoreUnworked => {
                let is_idle = |case: &&mut Case| case.deeds.is_empty();
                let idle = after.leads.iter_mut().skip(1).find(is_idle)?;
                idle.deeds.push(Deed::of(EventCode::Unworked));
            }
            Self::InTime => {
                if first.in_time || first.deeds.is_empty() {
                    return None;
                }
                first.in_time = true;
            }
            Self::Measured { name, to } => *after.measures.get_mut(name)? = *to,
            Self::Split(parts) => {
                let [
                    Deed {
                        value: Some(value), ..
                    },
                ] = first.deeds[..]
                else {
                    return None;
                };
                let parts = i64::from(*parts);
                let part = (value >= parts).then_some(value / parts)?;
                first.deeds = vec![Deed::won(part); parts as usize - 1];
                first.deeds.push(Deed::won(value - part * (parts - 1)));
            }
            Self::Merged => {
                if first.deeds.len() < 2 {
                    return None;
                }
                let sum = first
                    .deeds
                    .iter()
                    .try_fold(0, |sum, deed| deed.value.map(|value| value + sum))?;
                first.deeds = vec![Deed::won(sum)];
            }
            Self::Repeated(Reported(code), times) => {
                let [deed] = first.deeds[..] else {
                    return None;
                };
                if deed.code != *code {
                    return None;
                }
                first.deeds = vec![deed; *times as usize];
            }
        }
        Some(after)
    }

    /// Of which sort it is: one example for each is enough.
    pub(super) fn sort(&self) -> String {
        match self {
            Self::WorthMore(_) => "worth-more".to_owned(),
            Self::AnotherLead => "another-lead".to_owned(),
            Self::Reported(code) => format!("reported {}", code.0.as_str()),
            Self::WorkedInstead(_) => "worked-instead".to_owned(),
            Self::OneMoreUnworked => "one-more-unworked".to_owned(),
            Self::InTime => "in-time".to_owned(),
            Self::Measured { name, .. } => format!("measured {name}"),
            Self::Split(_) | Self::Merged => "parts".to_owned(),
            Self::Repeated(code, _) => format!("repeated {}", code.0.as_str()),
        }
    }

    /// The same in smaller steps, the smallest first: from where it begins, and to where it
    /// ends.
    pub(super) fn smaller(&self, before: &Scenario) -> Vec<(Scenario, Self)> {
        let mut found = Vec::new();
        match self {
            Self::WorthMore(more) => {
                for less in smaller(*more) {
                    found.push((before.clone(), Self::WorthMore(less)));
                    if let Some(later) = Self::WorthMore(more - less).of(before) {
                        found.push((later, Self::WorthMore(less)));
                    }
                }
            }
            Self::Measured { name, to } => {
                let from = before.measures.get(name).copied().unwrap_or(*to);
                for less in smaller(to - from) {
                    let measured = |to| Self::Measured {
                        name: name.clone(),
                        to,
                    };
                    found.push((before.clone(), measured(from + less)));
                    if let Some(later) = measured(to - less).of(before) {
                        found.push((later, self.clone()));
                    }
                }
            }
            Self::Split(parts) if *parts > 2 => found.push((before.clone(), Self::Split(2))),
            _ => {}
        }
        found
    }
}

/// Smaller scenarios: fewer leads, fewer deeds, smaller values. The first lead stays.
pub(super) fn smaller_scenarios(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = Vec::new();
    let mut with = |change: &dyn Fn(&mut Scenario)| {
        let mut changed = scenario.clone();
        change(&mut changed);
        found.push(changed);
    };
    for lead in 1..scenario.leads.len() {
        with(&|all| {
            all.leads.remove(lead);
        });
    }
    for (lead, case) in scenario.leads.iter().enumerate() {
        for (deed, done) in case.deeds.iter().enumerate() {
            with(&|all| {
                all.leads[lead].deeds.remove(deed);
            });
            for value in done.value.into_iter().flat_map(smaller) {
                with(&|all| all.leads[lead].deeds[deed].value = Some(value));
            }
        }
    }
    found
}

/// Numbers nearer to 0, the nearest first: powers of ten, then what is left without a
/// half, a quarter, an eighth … and without 1.
fn smaller(number: i64) -> impl Iterator<Item = i64> {
    let sign = number.signum();
    let size = number.checked_abs().unwrap_or(i64::MAX);
    let powers = (0..18).map(|power| 10_i64.pow(power));
    let less = (1..63).map(move |halvings| size >> halvings);
    let less = less
        .take_while(|less| *less > 0)
        .map(move |less| size - less);
    powers
        .take_while(move |power| *power < size)
        .chain(less)
        .map(move |size| size * sign)
}
