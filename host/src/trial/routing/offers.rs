//! What a variant's matching comes to: who would have been offered how many leads, how
//! fair that is, and how often it is somebody else than today.
//!
//! History knows how leads went with the partner that had them, and with no other one. So
//! how many would have been won has a lower and an upper bound.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, Decided, Routing};

/// Leads that are named of those that go to somebody else.
pub const FLIPS_NAMED: usize = 50;

/// What a partner was offered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Share {
    pub partner: String,
    pub level: String,
    /// Leads that it could have been offered.
    pub eligible: u64,
    pub offered: u64,
    /// Offers that it would have got, had all who were eligible for a lead been equal.
    pub fair: f64,
    /// Most leads in a row for which it was eligible and not asked.
    pub longest_wait: u64,
    /// The wait that goes on.
    #[serde(skip)]
    waits: u64,
    /// Kilometres to the leads that it was offered, of those whose place is known.
    pub kilometres: f64,
    pub located: u64,
}

impl Share {
    /// Of a partner that was eligible for nothing yet.
    pub fn of(partner: &str, level: &str) -> Self {
        Self {
            partner: partner.to_owned(),
            level: level.to_owned(),
            ..Self::default()
        }
    }

    /// Counts a lead for which the partner was one of `eligible`, of whom `offers` were
    /// asked.
    pub fn add(&mut self, eligible: usize, offers: usize, is_offered: bool) {
        self.eligible += 1;
        self.fair += offers as f64 / eligible.max(1) as f64;
        match is_offered {
            true => {
                self.offered += 1;
                self.waits = 0;
            }
            false => {
                self.waits += 1;
                self.longest_wait = self.longest_wait.max(self.waits);
            }
        }
    }

    /// Counts how far a lead was that it was offered.
    pub fn add_distance(&mut self, kilometres: f64) {
        self.kilometres += kilometres;
        self.located += 1;
    }

    /// Offers beyond its fair part; less than nothing where it got fewer.
    pub fn error(&self) -> f64 {
        self.offered as f64 - self.fair
    }
}

/// What a variant's matching comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Offers {
    /// Leads that qualified: so many had to be offered.
    pub qualified: u64,
    pub offered: u64,
    /// The first wave would have gone to others than today.
    pub otherwise: u64,
    /// Those that go to somebody else, the first of them.
    #[serde(skip)]
    pub flips: Vec<Flip>,
    /// Leads that somebody really had.
    pub had: u64,
    /// Of these, those whose first wave names that partner.
    pub had_again: u64,
    /// Leads of which the ending is known.
    pub known: u64,
    /// Of these, those that were really won.
    pub won: u64,
    /// So many would have been won at least: those that were won by the only partner that
    /// would have been asked.
    pub won_least: u64,
    /// So many at most: besides those, every lead for which somebody else would have
    /// been asked.
    pub won_most: u64,
    /// 0 where all got as much, towards 1 where one got everything.
    pub gini: Option<f64>,
    /// Partners that were eligible and never asked.
    pub starved: u64,
    pub longest_wait: u64,
    /// The largest error of a share, in offers.
    pub share_error: f64,
    /// From partner to lead, on average.
    pub kilometres: Option<f64>,
}

/// A lead that would have been offered to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    pub lead: String,
    pub in_force: Vec<String>,
    pub plan: Vec<String>,
}

/// Compares what a variant would have offered with what is in force.
pub fn offers(routing: &Routing, in_force: &Routing) -> Offers {
    let mut offers = Offers::default();
    for lead in &routing.leads {
        offers.add(lead);
    }
    let (otherwise, flips) = flips(routing, in_force);
    let partners = &routing.partners;
    let located: u64 = partners.iter().map(|share| share.located).sum();
    let kilometres: f64 = partners.iter().map(|share| share.kilometres).sum();
    let counts = partners.iter().map(|share| share.offered);
    Offers {
        otherwise,
        flips,
        gini: gini(counts.collect()),
        starved: partners.iter().filter(|share| share.offered == 0).count() as u64,
        longest_wait: partners
            .iter()
            .map(|share| share.longest_wait)
            .max()
            .unwrap_or(0),
        share_error: partners
            .iter()
            .map(|share| share.error().abs())
            .fold(0.0, f64::max),
        kilometres: (located > 0).then(|| kilometres / located as f64),
        ..offers
    }
}

impl Offers {
    fn add(&mut self, lead: &Decided) {
        self.qualified += u64::from(lead.answer == Answer::Qualified);
        self.offered += u64::from(!lead.offered.is_empty());
        let has_asked = |holder: &String| lead.offered.contains(holder);
        if let Some(holder) = &lead.holder {
            self.had += 1;
            self.had_again += u64::from(has_asked(holder));
        }
        let Some(won) = lead.ending.won() else { return };
        self.known += 1;
        self.won += u64::from(won);
        match (lead.offered.as_slice(), &lead.holder) {
            ([], _) => {}
            ([only], Some(holder)) if only == holder => {
                self.won_least += u64::from(won);
                self.won_most += u64::from(won);
            }
            _ => self.won_most += 1,
        }
    }
}

/// How many leads go to others, and the first of them.
fn flips(routing: &Routing, in_force: &Routing) -> (u64, Vec<Flip>) {
    let today: BTreeMap<&str, &Decided> = in_force
        .leads
        .iter()
        .map(|lead| (lead.lead.as_str(), lead))
        .collect();
    let sorted = |offered: &[String]| {
        let mut offered = offered.to_vec();
        offered.sort();
        offered
    };
    let (mut count, mut named) = (0, Vec::new());
    for lead in &routing.leads {
        let Some(before) = today.get(lead.lead.as_str()) else {
            continue;
        };
        let (before, now) = (sorted(&before.offered), sorted(&lead.offered));
        if before != now {
            count += 1;
            if named.len() < FLIPS_NAMED {
                named.push(Flip {
                    lead: lead.lead.clone(),
                    in_force: before,
                    plan: now,
                });
            }
        }
    }
    (count, named)
}

/// Gini's coefficient; none where there was nothing to share.
fn gini(mut counts: Vec<u64>) -> Option<f64> {
    counts.sort_unstable();
    let sum: u64 = counts.iter().sum();
    if sum == 0 {
        return None;
    }
    let number = counts.len() as f64;
    let weighted: f64 = counts
        .iter()
        .zip(1_u64..)
        .map(|(count, rank)| *count as f64 * rank as f64)
        .sum();
    Some(2.0 * weighted / (number * sum as f64) - (number + 1.0) / number)
}

/// What partners of a level got together, by level.
pub fn by_level(routing: &Routing) -> BTreeMap<&str, u64> {
    let mut levels = BTreeMap::new();
    for share in &routing.partners {
        *levels.entry(share.level.as_str()).or_default() += share.offered;
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::super::Ending;
    use super::*;

    fn lead(name: &str, ending: Ending, holder: &str, offered: &[&str]) -> Decided {
        Decided {
            lead: name.to_owned(),
            received: "2026-01-01".to_owned(),
            ending,
            holder: Some(holder.to_owned()),
            answer: Answer::Qualified,
            assessed: "qualified".to_owned(),
            score: None,
            temperature: None,
            offered: offered.iter().map(|code| (*code).to_owned()).collect(),
        }
    }

    fn routing(leads: Vec<Decided>) -> Routing {
        Routing {
            leads,
            ..Routing::default()
        }
    }

    #[test]
    fn what_history_cannot_know_lies_between_bounds() {
        use Ending::{Lost, Unknown, Won};
        let plan = routing(vec![
            lead("won again", Won, "a", &["a"]),
            lead("won, perhaps by another one", Won, "a", &["a", "b"]),
            lead("won, and offered to nobody", Won, "a", &[]),
            lead("lost again", Lost, "a", &["a"]),
            lead("lost, perhaps won by another one", Lost, "a", &["b"]),
            lead("open", Unknown, "a", &["b"]),
        ]);
        let offers = offers(&plan, &plan);
        assert_eq!((offers.known, offers.won), (5, 3));
        assert_eq!((offers.won_least, offers.won_most), (1, 3));
        assert_eq!((offers.had, offers.had_again), (6, 3));
        assert_eq!(offers.otherwise, 0);
    }

    #[test]
    fn the_order_within_a_wave_is_no_other_offer() {
        let today = routing(vec![
            lead("same", Ending::Won, "a", &["a", "b"]),
            lead("other", Ending::Won, "a", &["a"]),
        ]);
        let plan = routing(vec![
            lead("same", Ending::Won, "a", &["b", "a"]),
            lead("other", Ending::Won, "a", &["b"]),
        ]);
        let offers = offers(&plan, &today);
        let named: Vec<&str> = offers.flips.iter().map(|flip| flip.lead.as_str()).collect();
        assert_eq!((offers.otherwise, named), (1, vec!["other"]));
    }

    #[test]
    fn a_share_is_measured_over_the_leads_that_one_was_eligible_for() {
        let mut always = Share::of("a", "gold");
        // One of two is asked for four leads, and once nobody else was eligible.
        for is_offered in [false, true, false, false] {
            always.add(2, 1, is_offered);
        }
        always.add(1, 1, true);
        assert_eq!((always.eligible, always.offered), (5, 2));
        assert_eq!((always.fair, always.error()), (3.0, -1.0));
        assert_eq!(always.longest_wait, 2);
    }

    #[test]
    fn gini_is_nothing_where_all_get_as_much() {
        assert_eq!(gini(vec![3, 3, 3]), Some(0.0));
        assert_eq!(gini(vec![0, 0, 9, 0]), Some(0.75));
        assert_eq!(gini(vec![1, 3]), Some(0.25));
        assert_eq!(gini(vec![0, 0]), None);
    }
}
