//! Real leads, where there are some: a qualification by how the earlier seventy of a
//! hundred ended, judged by the later thirty, equal to what a few lines here reckon from
//! the files.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use jiff::civil::Date;

use crate::STELLWERK;
use crate::real_files_become_history::{mapping, real, rows};

const LEADS: &str = "olist_marketing_qualified_leads_dataset.csv";
const DEALS: &str = "olist_closed_deals_dataset.csv";
/// The files tell of no lead that was lost.
const LOST_AFTER_DAYS: i32 = 60;
/// A lead goes out from this chance on, in thousandths.
const QUALIFIED_FROM: i64 = 130;

/// A lead of the files.
struct Lead {
    number: String,
    received: Date,
    /// The day, where it was won.
    won: Option<Date>,
    origin: String,
    page: String,
}

#[test]
fn leads_are_told_apart_by_how_earlier_ones_ended() {
    let Some(files) = real("olist") else {
        return;
    };
    let leads = leads(&files);
    // The day before that of the lead with which the later thirty of a hundred begin.
    let until = leads[leads.len() * 7 / 10].received.yesterday().unwrap();
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path(), &files, until);
    let ran = Command::new(STELLWERK)
        .args(["trial", "run"])
        .arg(folder.path())
        .env("STELLWERK_CACHE", stellwerk_tests::compiled())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");

    let (earlier, later): (Vec<Lead>, Vec<Lead>) =
        leads.into_iter().partition(|lead| lead.received <= until);
    let chances = Chances::of(&earlier, until);
    let mut expected: Vec<(String, i64, bool)> = later
        .iter()
        .map(|lead| {
            (
                lead.number.clone(),
                chances.of_lead(lead),
                lead.won.is_some(),
            )
        })
        .collect();
    expected.sort();
    let mut found: Vec<(String, i64, bool)> = results(folder.path(), "leads", "frequency")
        .iter()
        .map(|row| {
            let won = match row["ending"].as_str() {
                "won" => true,
                "taken-as-lost" => false,
                other => panic!("{other}"),
            };
            (row["lead"].clone(), row["score"].parse().unwrap(), won)
        })
        .collect();
    found.sort();
    assert_eq!(found, expected);

    let whole = |row: &Row, name: &str| row[name].parse::<usize>().unwrap();
    let judged = &results(folder.path(), "qualification", "frequency")[0];
    let count = |is_out: bool, has_won: bool| {
        let leads = expected.iter();
        leads
            .filter(|(_, score, won)| (*score >= QUALIFIED_FROM) == is_out && *won == has_won)
            .count()
    };
    assert_eq!(whole(judged, "qualified-won"), count(true, true));
    assert_eq!(whole(judged, "qualified-lost"), count(true, false));
    assert_eq!(whole(judged, "held-back-won"), count(false, true));
    assert_eq!(whole(judged, "held-back-lost"), count(false, false));

    let lift = lift(&expected);
    let found: Vec<f64> = results(folder.path(), "lift", "frequency")
        .iter()
        .map(|row| row["lift"].parse().unwrap())
        .collect();
    assert_eq!(found.len(), lift.len());
    for (found, expected) in found.iter().zip(&lift) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
    // It tells them apart: the best three tenths hold half as many again as the average.
    assert!(lift[..3].iter().sum::<f64>() > 4.5, "{lift:?}");
}

type Row = BTreeMap<String, String>;

/// Rows of a plan.
fn results(folder: &Path, table: &str, plan: &str) -> Vec<Row> {
    let mut rows = rows(&folder.join(format!("results/{table}.csv")));
    rows.retain(|row| row["plan"] == plan);
    assert!(!rows.is_empty(), "{table} has nothing of {plan}");
    rows
}

/// In the order in which they came in.
fn leads(files: &Path) -> Vec<Lead> {
    let won: HashMap<String, Date> = rows(&files.join(DEALS))
        .iter()
        .map(|row| {
            (
                row["mql_id"].clone(),
                row["won_date"][..10].parse().unwrap(),
            )
        })
        .collect();
    let mut leads: Vec<Lead> = rows(&files.join(LEADS))
        .into_iter()
        .map(|row| {
            let received: Date = row["first_contact_date"].parse().unwrap();
            let won = won.get(&row["mql_id"]).copied();
            Lead {
                number: row["mql_id"].clone(),
                received,
                // One was won before its first contact, which cannot be.
                won: won.filter(|won| *won >= received),
                origin: match row["origin"].as_str() {
                    "" => "unknown".to_owned(),
                    origin => origin.to_owned(),
                },
                page: row["landing_page_id"].clone(),
            }
        })
        .collect();
    leads.sort_by_key(|lead| lead.received);
    leads
}

/// The contract, its files, and a plan.
fn set_up(folder: &Path, files: &Path, until: Date) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "trial.toml",
        &format!(
            r#"
name = "Which leads are worth it"
until = "2018-11-30"
lost-after-days = {LOST_AFTER_DAYS}
complete = true
history = [
  {{ kind = "partners", file = "{DEALS}", mapping = "funnel-representatives.toml" }},
  {{ kind = "leads", file = "{LEADS}", mapping = "funnel-leads.toml" }},
  {{ kind = "outcomes", file = "{DEALS}", mapping = "funnel-outcomes.toml" }},
]
"#
        ),
    );
    std::fs::create_dir(folder.join("plans")).unwrap();
    write(
        "plans/frequency.toml",
        &format!(
            r#"
name = "By how earlier ones ended"

[bindings.qualification]
plugin = "qualification-frequency"
configuration = {{ qualified-from = {QUALIFIED_FROM} }}

[counts]
until = "{until}"
fields = ["source", "landing-page"]
"#
        ),
    );
    std::fs::copy(mapping("funnel"), folder.join("contract.toml")).unwrap();
    for file in [LEADS, DEALS] {
        std::fs::copy(files.join(file), folder.join(file)).unwrap();
    }
    for name in ["funnel-representatives", "funnel-leads", "funnel-outcomes"] {
        std::fs::copy(mapping(name), folder.join(format!("{name}.toml"))).unwrap();
    }
}

/// How leads ended: won and lost.
#[derive(Clone, Copy, Default)]
struct Ended {
    won: f64,
    lost: f64,
}

impl Ended {
    fn add(&mut self, won: bool) {
        match won {
            true => self.won += 1.0,
            false => self.lost += 1.0,
        }
    }
}

/// By all leads, by origin, and by landing page.
#[derive(Default)]
struct Chances {
    all: Ended,
    origins: HashMap<String, Ended>,
    pages: HashMap<String, Ended>,
}

impl Chances {
    /// From what was known of earlier leads at the end of a day.
    fn of(leads: &[Lead], until: Date) -> Self {
        let mut chances = Self::default();
        for lead in leads {
            let won = lead.won.is_some_and(|won| won <= until);
            let days = (until - lead.received).get_days();
            if won || days >= LOST_AFTER_DAYS {
                chances.all.add(won);
                let origins = &mut chances.origins;
                origins.entry(lead.origin.clone()).or_default().add(won);
                let pages = &mut chances.pages;
                pages.entry(lead.page.clone()).or_default().add(won);
            }
        }
        chances
    }

    /// In thousandths: each of both fields by itself.
    fn of_lead(&self, lead: &Lead) -> i64 {
        let of_value = |ended: Option<&Ended>| {
            ended.map_or(0.0, |ended| {
                let won = (ended.won + 0.1) / self.all.won;
                let lost = (ended.lost + 0.1) / self.all.lost;
                (won / lost).ln()
            })
        };
        let log_odds = (self.all.won / self.all.lost).ln()
            + of_value(self.origins.get(&lead.origin))
            + of_value(self.pages.get(&lead.page));
        (1_000.0 / (1.0 + (-log_odds).exp())).round() as i64
    }
}

/// The part of each tenth by score that was won, against that of all; leads of the same
/// score count alike.
fn lift(leads: &[(String, i64, bool)]) -> Vec<f64> {
    let mut by_score: BTreeMap<i64, Ended> = BTreeMap::new();
    for (_, score, won) in leads {
        by_score.entry(*score).or_default().add(*won);
    }
    let mut chances: Vec<f64> = Vec::new();
    for ended in by_score.values().rev() {
        let number = ended.won + ended.lost;
        chances.extend(std::iter::repeat_n(ended.won / number, number as usize));
    }
    let average = chances.iter().sum::<f64>() / chances.len() as f64;
    (0..10)
        .map(|tenth| {
            let from = chances.len() * tenth / 10;
            let until = chances.len() * (tenth + 1) / 10;
            let won: f64 = chances[from..until].iter().sum();
            won / (until - from) as f64 / average
        })
        .collect()
}
