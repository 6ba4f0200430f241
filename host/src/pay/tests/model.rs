//! What the two plans pay, computed on its own: by the words of their README,
//! over all events in the order in which they occurred. It shares no code with
//! what it checks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::world::Happening;
use crate::domain::event::EventCode;

/// The last day of January, February and March, of a year without a leap day.
const MONTH_ENDS: [i64; 3] = [31, 59, 90];

type Balances = BTreeMap<(String, String, String), i64>;

/// The numbers of the two plans.
#[derive(Clone, Copy)]
struct Rules {
    /// Millionths.
    commission: i64,
    care_contact: i64,
    unworked: i64,
    /// Of a month's projects, in millionths, where too much was left unworked.
    kept: i64,
}

/// As they are by default.
const IN_FORCE: Rules = Rules {
    commission: 30_000,
    care_contact: 500,
    unworked: 1_500,
    kept: 800_000,
};

/// As [`candidates`] has them.
const CANDIDATES: Rules = Rules {
    commission: 50_000,
    care_contact: 700,
    unworked: 1_000,
    kept: 500_000,
};

/// The configurations of the candidates, by component.
pub fn candidates() -> [(&'static str, Value); 2] {
    let care = json!({
        "care-contact": 700,
        "unworked": { "malus": 1_000, "project-kept": 500_000 },
    });
    [("commission", json!({ "rate": 50_000 })), ("care", care)]
}

/// The candidates are tried with some partners.
#[derive(Clone, Debug)]
pub struct Tried {
    pub partners: Vec<&'static str>,
    /// The day of the year on which that is said.
    pub day: i64,
    pub ending: Option<(i64, Ending)>,
}

/// What becomes of the candidates, on a day after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Cancelled,
    InForce,
}

impl Tried {
    /// By which rules a partner is paid in a month, the first of which is 0.
    fn rules(&self, month: usize, partner: &str) -> Rules {
        let follows = |day| month > month_of(day);
        let tried = follows(self.day) && self.partners.contains(&partner);
        match self.ending {
            Some((day, Ending::InForce)) if follows(day) => CANDIDATES,
            Some((day, Ending::Cancelled)) if follows(day) => IN_FORCE,
            _ if tried => CANDIDATES,
            _ => IN_FORCE,
        }
    }
}

fn month_of(day: i64) -> usize {
    MONTH_ENDS.iter().filter(|end| **end < day).count()
}

/// What partners hold once all of these have been paid and every month is closed.
pub fn balances(happenings: &[Happening], tried: Option<&Tried>) -> Balances {
    let rules = |month, partner: &str| tried.map_or(IN_FORCE, |tried| tried.rules(month, partner));
    let mut balances = Balances::new();
    let mut add = |component: &str, account: &str, partner: &str, amount: i64| {
        let key = (component.into(), account.into(), partner.into());
        *balances.entry(key).or_insert(0) += amount;
    };
    // What a deal has earned and nobody has taken back.
    let mut commissions: BTreeMap<usize, Vec<(String, i64)>> = BTreeMap::new();
    let mut projects: BTreeMap<usize, Vec<(String, i64)>> = BTreeMap::new();
    let mut completed: BTreeSet<usize> = BTreeSet::new();
    let mut begin = 0;
    for (month, end) in MONTH_ENDS.into_iter().enumerate() {
        let mut claimed: BTreeMap<&str, i64> = BTreeMap::new();
        let mut unworked: BTreeMap<&str, i64> = BTreeMap::new();
        let mut of_month: BTreeMap<String, i64> = BTreeMap::new();
        for happening in happenings
            .iter()
            .filter(|happening| begin < happening.day && happening.day <= end)
        {
            let partner = happening.partner;
            let rules = rules(month, partner);
            match (happening.code, happening.deal, happening.lead) {
                (EventCode::Won, Some(deal), _) => {
                    let value = happening.value.unwrap_or(0);
                    let commission = rounded(value, rules.commission);
                    // 80 parts, 15 above, 5 for the agency, which there is not; the
                    // partner above has nobody above it.
                    let [own, above, agency] = parts(commission);
                    let to = if partner == "above" { partner } else { "above" };
                    for (who, amount) in [(partner, own), (to, above), (partner, agency)] {
                        add("commission", "commission", who, amount);
                        commissions
                            .entry(deal)
                            .or_default()
                            .push((who.into(), amount));
                    }
                    let project = rounded(value, 15_000).clamp(4_000, 90_000);
                    add("care", "project", partner, project);
                    *of_month.entry(partner.into()).or_insert(0) += project;
                    projects
                        .entry(deal)
                        .or_default()
                        .push((partner.into(), project));
                }
                (EventCode::Cancelled, Some(deal), _) => {
                    for (who, amount) in commissions.remove(&deal).into_iter().flatten() {
                        add("commission", "commission", &who, -amount);
                    }
                    for (who, amount) in projects.remove(&deal).into_iter().flatten() {
                        add("care", "project", &who, -amount);
                        *of_month.entry(who).or_insert(0) -= amount;
                    }
                }
                (EventCode::CareContact, ..) => add("care", "care", partner, rules.care_contact),
                (EventCode::DataComplete, _, Some(lead)) if completed.insert(lead) => {
                    add("care", "care", partner, 800);
                }
                (EventCode::Claimed, ..) => *claimed.entry(partner).or_insert(0) += 1,
                (EventCode::Unworked, ..) => {
                    add("care", "malus", partner, -rules.unworked);
                    *unworked.entry(partner).or_insert(0) += 1;
                }
                _ => {}
            }
        }
        for (partner, project) in of_month {
            let claimed = claimed.get(partner.as_str()).copied().unwrap_or(0);
            let unworked = unworked.get(partner.as_str()).copied().unwrap_or(0);
            if unworked * 10 > claimed && project > 0 {
                let malus = rounded(project, rules(month, &partner).kept) - project;
                add("care", "malus", &partner, malus);
            }
        }
        begin = end;
    }
    balances.retain(|_, amount| *amount != 0);
    balances
}

/// Parts per million, half away from zero. Amounts here are positive.
fn rounded(amount: i64, millionths: i64) -> i64 {
    (amount * millionths + 500_000) / 1_000_000
}

/// 80, 15 and 5 hundredths: the largest remainders get what rounding down leaves.
fn parts(amount: i64) -> [i64; 3] {
    let weights = [80, 15, 5];
    let mut parts = weights.map(|weight| amount * weight / 100);
    let mut order = [0, 1, 2];
    order.sort_by_key(|part| std::cmp::Reverse(amount * weights[*part] % 100));
    let left = amount - parts.iter().sum::<i64>();
    for part in order.into_iter().take(left as usize) {
        parts[part] += 1;
    }
    parts
}
