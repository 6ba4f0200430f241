//! What history tells of the numbers that a simulation assumes: how soon providers answer,
//! which leads come in, and what comes of those that are worked.
//!
//! `read` takes leads from the store, and `written` puts numbers into the file of assumptions.

mod read;
mod written;

use std::collections::BTreeMap;

pub use read::known_leads;
pub use written::written;

use super::routing::{Course, Ending};
use crate::domain::ids::PartnerId;
use crate::domain::lead::Lead;
use crate::domain::temperature::Temperature;
use crate::domain::terms::{Terms, ValueBand};
use crate::domain::time::Micros;

/// From fewer leads nothing is concluded.
pub const LEADS_MIN: usize = 20;
/// Providers are told as so many groups of alike ones at most.
const GROUPS_MAX: usize = 5;
const HOUR_MICROS: f64 = 3_600_000_000.0;
const DAY_MICROS: i64 = 86_400_000_000;

/// What history tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    pub leads: usize,
    /// From the first lead to the last one.
    pub days: i64,
    /// The quickest first.
    pub providers: Vec<Group>,
    /// The commonest first.
    pub kinds: Vec<Common>,
}

/// Providers that are about as quick.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub count: usize,
    /// Leads that they had.
    pub leads: usize,
    /// Of so many it is known how soon they were worked.
    pub answered: usize,
    /// The median of the hours from the claim to the first work; none where too few are
    /// known.
    pub response_hours: Option<f64>,
}

/// Leads of one source, product and size.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    pub source: Option<String>,
    pub product: Option<String>,
    /// The name of the value band, where the terms have bands.
    pub band: Option<String>,
    pub leads: usize,
    /// The one that most of them have, where it is known.
    pub temperature: Option<Temperature>,
    /// The median of the projects' values, in minor units; none where too few are known.
    pub value: Option<i64>,
    /// Leads that somebody worked, and that have ended.
    pub ended: usize,
    pub won: usize,
}

impl Common {
    /// Whether enough of them have ended to tell what comes of them.
    pub fn is_told(&self) -> bool {
        self.ended >= LEADS_MIN
    }
}

/// A lead with what became of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub received_at: Micros,
    pub source: Option<String>,
    pub product: Option<String>,
    /// What was sold, or else what the lead was taken for, in minor units.
    pub value: Option<i64>,
    pub temperature: Option<Temperature>,
    /// Who had it last.
    pub holder: Option<PartnerId>,
    /// Microseconds from the claim to the first report; none where one of them is not known.
    pub waited: Option<i64>,
    pub ending: Ending,
}

impl Known {
    /// `tells_claims` says whether it is known when leads were claimed.
    pub fn of(lead: &Lead, course: &Course, ending: Ending, tells_claims: bool) -> Self {
        let waited = match (course.claimed_at, course.worked_at) {
            (Some(claimed_at), Some(worked_at)) if tells_claims => {
                Some((worked_at.0 - claimed_at.0).max(0))
            }
            _ => None,
        };
        Self {
            received_at: lead.received_at,
            source: lead.teaser.source.clone(),
            product: lead.teaser.product.clone(),
            value: course.won_value.or(lead.teaser.value),
            temperature: lead.assessed.as_ref().and_then(|found| found.temperature),
            holder: course.holder.clone(),
            waited,
            ending,
        }
    }
}

impl Estimates {
    /// What the leads tell, by size as the terms have it.
    pub fn of(known: &[Known], terms: &Terms) -> Self {
        let received = || known.iter().map(|of| of.received_at.0);
        let span = received().max().unwrap_or(0) - received().min().unwrap_or(0);
        Self {
            leads: known.len(),
            days: span.div_euclid(DAY_MICROS) + 1,
            providers: groups(known),
            kinds: kinds(known, terms),
        }
    }
}

/// A provider's leads, and how long those waited of which it is known.
#[derive(Default)]
struct Provider {
    leads: usize,
    waits: Vec<i64>,
    median: Option<i64>,
}

fn groups(known: &[Known]) -> Vec<Group> {
    let mut by_holder: BTreeMap<&PartnerId, Provider> = BTreeMap::new();
    for of in known {
        if let Some(holder) = &of.holder {
            let provider = by_holder.entry(holder).or_default();
            provider.leads += 1;
            provider.waits.extend(of.waited);
        }
    }
    let mut providers: Vec<Provider> = by_holder.into_values().collect();
    for provider in &mut providers {
        provider.median = median(&mut provider.waits);
    }
    // Those of whom nothing is known last.
    providers.sort_by_key(|of| (of.median.is_none(), of.median, of.leads));
    let size = providers.len().div_ceil(GROUPS_MAX).max(1);
    let groups = providers.chunks(size).map(|some| {
        let mut waits: Vec<i64> = some.iter().flat_map(|of| of.waits.clone()).collect();
        let median = median(&mut waits).filter(|_| waits.len() >= LEADS_MIN);
        Group {
            count: some.len(),
            leads: some.iter().map(|of| of.leads).sum(),
            answered: waits.len(),
            response_hours: median.map(|micros| micros as f64 / HOUR_MICROS),
        }
    });
    groups.collect()
}

fn kinds(known: &[Known], terms: &Terms) -> Vec<Common> {
    type Key<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);
    let mut by_kind: BTreeMap<Key<'_>, Vec<&Known>> = BTreeMap::new();
    for of in known {
        let band = of
            .value
            .and_then(|value| band_of(&terms.value_bands, value));
        let key = (of.source.as_deref(), of.product.as_deref(), band);
        by_kind.entry(key).or_default().push(of);
    }
    let mut kinds: Vec<Common> = by_kind
        .into_iter()
        .map(|((source, product, band), leads)| {
            let mut values: Vec<i64> = leads.iter().filter_map(|of| of.value).collect();
            let median = median(&mut values).filter(|_| values.len() >= LEADS_MIN);
            let is_ended = |of: &&&Known| of.holder.is_some() && of.ending.won().is_some();
            Common {
                source: source.map(str::to_owned),
                product: product.map(str::to_owned),
                band: band.map(str::to_owned),
                leads: leads.len(),
                temperature: commonest(&leads),
                value: median,
                ended: leads.iter().filter(is_ended).count(),
                won: leads.iter().filter(|of| of.ending == Ending::Won).count(),
            }
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.leads));
    kinds
}

fn band_of(bands: &[ValueBand], value: i64) -> Option<&str> {
    let mut bands = bands.iter();
    let band = bands.find(|band| band.below.is_none_or(|below| value < below))?;
    Some(&band.name)
}

fn commonest(leads: &[&Known]) -> Option<Temperature> {
    let count = |of: Temperature| {
        leads
            .iter()
            .filter(|one| one.temperature == Some(of))
            .count()
    };
    let most = Temperature::ALL.into_iter().max_by_key(|of| count(*of))?;
    (count(most) > 0).then_some(most)
}

/// The lower one of the two in the middle where they are even; sorts.
fn median(numbers: &mut [i64]) -> Option<i64> {
    numbers.sort_unstable();
    let middle = numbers.len().checked_sub(1)? / 2;
    numbers.get(middle).copied()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::terms;

    const HOUR: i64 = 3_600_000_000;

    fn known(holder: &str, waited: Option<i64>) -> Known {
        Known {
            received_at: Micros(0),
            source: Some("web".to_owned()),
            product: None,
            value: None,
            temperature: None,
            holder: Some(holder.into()),
            waited: waited.map(|hours| hours * HOUR),
            ending: Ending::Unknown,
        }
    }

    #[test]
    fn providers_are_grouped_by_how_soon_they_answer() {
        let mut leads = Vec::new();
        for (holder, hours) in [("slow", 48), ("quick", 1), ("silent", 0)] {
            let waited = (hours > 0).then_some(hours);
            leads.extend((0..LEADS_MIN).map(|_| known(holder, waited)));
        }
        leads.push(known("quick", Some(900)));
        let found = Estimates::of(&leads, &terms(json!({}))).providers;
        let told: Vec<_> = found
            .iter()
            .map(|group| (group.count, group.leads, group.response_hours))
            .collect();
        assert_eq!(
            told,
            [(1, 21, Some(1.0)), (1, 20, Some(48.0)), (1, 20, None)]
        );
        // Nobody is told from a few.
        let few: Vec<Known> = (1..LEADS_MIN).map(|_| known("quick", Some(1))).collect();
        assert_eq!(
            Estimates::of(&few, &terms(json!({}))).providers[0].response_hours,
            None
        );
    }

    #[test]
    fn many_providers_are_told_as_few_groups() {
        let leads: Vec<Known> = (0..22)
            .map(|of| known(&format!("p{of}"), Some(of)))
            .collect();
        let groups = Estimates::of(&leads, &terms(json!({}))).providers;
        let counts: Vec<usize> = groups.iter().map(|group| group.count).collect();
        assert_eq!(counts, [5, 5, 5, 5, 2]);
    }

    #[test]
    fn leads_are_alike_by_source_product_and_size() {
        let bands = json!([
            { "name": "small", "below": 1000, "levels": ["partner"] },
            { "name": "large", "levels": ["partner"] },
        ]);
        let lead = |value: i64, ending| Known {
            value: Some(value),
            temperature: Some(Temperature::Warm),
            ending,
            ..known("p", None)
        };
        let mut leads: Vec<Known> = (0..30).map(|of| lead(900 + of, Ending::Lost)).collect();
        leads.extend((0..10).map(|_| lead(990, Ending::Won)));
        leads.extend((0..3).map(|_| lead(1_000, Ending::Unknown)));
        let found = Estimates::of(&leads, &terms(json!({ "value-bands": bands })));
        assert_eq!((found.leads, found.days), (43, 1));
        let [small, large] = found.kinds.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(small.band.as_deref(), Some("small"));
        assert_eq!((small.leads, small.ended, small.won), (40, 40, 10));
        assert_eq!(
            (small.value, small.temperature),
            (Some(919), Some(Temperature::Warm))
        );
        assert_eq!((large.leads, large.ended, large.value), (3, 0, None));
    }
}
