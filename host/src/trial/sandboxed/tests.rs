//! The components that ship do in the sandbox what their formulas say.

use std::path::Path;

use super::Sandboxed;
use crate::clock::{Clock, Ids};
use crate::domain::lint::{self, Brief, Flaw};
use crate::domain::simulation::native::{self, Native};
use crate::domain::simulation::{Behaviour, Outcome, Parameters, World, run};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::{Store, StoreSettings};
use crate::testing;
use crate::trial::assumptions::{Assumptions, TEMPLATE};
use crate::trial::play;
use crate::trial::variant::{self, Variant};

const CONTRACT: &str = include_str!("../../cli/trial/templates/contract.toml");
const BONUS_MALUS: &str = include_str!("../../cli/trial/templates/plans/bonus-malus.toml");
const CARE_FIRST: &str = include_str!("../../cli/trial/templates/plans/care-first.toml");
const MEASURES: [&str; 2] = ["satisfaction", "rework-share"];

async fn sandboxed(variant: &Variant) -> Sandboxed {
    let folder = tempfile::tempdir().unwrap();
    let settings = StoreSettings::Sqlite {
        folder: folder.path().join("data"),
    };
    let store = Store::open(&settings).await.unwrap();
    let clock = Clock::simulated(Micros(1_800_000_000_000_000));
    let host = Host::new(store, testing::engine(), clock, Ids::seeded(1));
    let rules = play::rules(&host, Path::new("."), variant).await.unwrap();
    host.store.close().await;
    Sandboxed::of(&rules).unwrap()
}

/// The template's world, a small part of it.
fn parameters() -> Parameters {
    let template = Assumptions::parse(TEMPLATE, &MEASURES, &[]).unwrap();
    Parameters {
        lead_count: 60,
        weeks: 24,
        ..template.parameters
    }
}

fn plan(code: &str, text: &str) -> Variant {
    Variant::read(code, text, &CONTRACT.parse().unwrap()).unwrap()
}

async fn pays_as_its_formula_says(variant: &Variant, mut formula: Native) {
    let parameters = parameters();
    let mut sandboxed = sandboxed(variant)
        .await
        .settled_after(parameters.period_weeks);
    for behaviour in [Behaviour::ByPay, Behaviour::WorkAll] {
        let world = World::drawn(&parameters, 1);
        let played = run(&parameters, &world, behaviour, &mut sandboxed).unwrap();
        let Ok(expected) = run(&parameters, &world, behaviour, &mut formula);
        assert_eq!(played, expected, "{} {behaviour:?}", variant.name);
        assert!(played.into_iter().sum::<Outcome>().payout > 0);
    }
    assert!(sandboxed.unanswered().is_empty());
}

#[tokio::test]
async fn pure_commission_pays_as_its_formula_says() {
    let in_force = variant::in_force(CONTRACT.parse().unwrap()).unwrap();
    pays_as_its_formula_says(&in_force, native::pure_commission()).await;
}

#[tokio::test]
async fn bonus_and_malus_pay_as_their_formula_says() {
    let variant = plan("bonus-malus", BONUS_MALUS);
    pays_as_its_formula_says(&variant, native::bonus_malus()).await;
}

#[tokio::test]
async fn care_first_pays_as_its_formula_says() {
    let variant = plan("care-first", CARE_FIRST);
    pays_as_its_formula_says(&variant, native::care_first()).await;
}

#[tokio::test]
async fn the_lint_finds_in_the_sandbox_what_a_plan_does_not_pay() {
    let in_force = variant::in_force(CONTRACT.parse().unwrap()).unwrap();
    let mut plan = sandboxed(&in_force).await;
    let brief = Brief::of(&parameters(), &plan.declares());
    let report = lint::lint(&brief, |scenario| plan.paid_in(scenario)).unwrap();
    let found: Vec<Flaw> = report.findings.iter().map(|finding| finding.flaw).collect();
    assert!(found.contains(&Flaw::Unpaid), "{report:?}");
    assert!(!found.contains(&Flaw::PayFalls), "{report:?}");
}
