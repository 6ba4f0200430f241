//! A plan is tried with partners that somebody has chosen, and their statements say
//! so.

use std::collections::BTreeSet;

use serde_json::json;

use super::world::{Happening, World};
use crate::contracts;
use crate::contracts::binding::{Move, Sample};
use crate::domain::attribute::AttributeValue;
use crate::domain::ledger::PeriodState;
use crate::domain::time::Micros;
use crate::pay::{OnTrial, PaidBy, TriedWith};

/// 1 February 2026, midnight in Berlin.
const FEBRUARY: Micros = Micros(1_769_900_400_000_000);
/// 1 March 2026, likewise.
const MARCH: Micros = Micros(1_772_319_600_000_000);

/// A commission of 5 per cent, tried with `a` from February on.
async fn tried(seed: u64) -> World {
    let world = World::new(seed).await;
    world
        .candidate("commission", json!({ "rate": 50_000 }))
        .await;
    world.move_to(10);
    world.try_with("commission", &["a"]).await;
    world
}

/// The partner sells something for 10,000 EUR.
async fn sells(world: &World, day: i64, partner: &'static str, deal: usize) {
    world.move_to(day);
    let won = Happening::won(day, partner, deal, 1_000_000);
    world.happens(&won).await;
    world.pay().await;
}

async fn commission(world: &World, month: &str, partner: &str) -> i64 {
    let lines = world.statement(month, partner).await.lines;
    let of_commission = lines.iter().filter(|line| line.component == "commission");
    of_commission.map(|line| line.amount).sum()
}

#[tokio::test]
async fn it_pays_what_concerns_them_for_whole_periods_and_their_statements_say_so() {
    let world = tried(21).await;
    for (day, deal) in [(15, 1), (40, 2)] {
        sells(&world, day, "a", deal).await;
        sells(&world, day, "b", deal + 10).await;
    }
    // 85 of 100 parts of 3 and of 5 per cent; the one above has the rest of both deals.
    assert_eq!(commission(&world, "2026-01", "a").await, 25_500);
    assert_eq!(commission(&world, "2026-02", "a").await, 42_500);
    assert_eq!(commission(&world, "2026-02", "b").await, 25_500);
    assert_eq!(commission(&world, "2026-02", "above").await, 7_500 + 4_500);
    let plugin = "compensation-flat-split@0.1.0".to_owned();
    let said = [OnTrial {
        component: "commission".to_owned(),
        tried_with: TriedWith::Itself,
        paid_by: PaidBy {
            generation: 2,
            plugin: plugin.clone(),
        },
        instead_of: Some(PaidBy {
            generation: 1,
            plugin,
        }),
        since: FEBRUARY,
        comment: "tried with some".to_owned(),
    }];
    assert_eq!(world.statement("2026-02", "a").await.trials, said);
    for (month, partner) in [("2026-01", "a"), ("2026-02", "b"), ("2026-01", "above")] {
        assert_eq!(world.statement(month, partner).await.trials, []);
    }
    // Who has a share in what it sells is told too.
    let share = OnTrial {
        tried_with: TriedWith::Others,
        ..said[0].clone()
    };
    assert_eq!(world.statement("2026-02", "above").await.trials, [share]);

    // Given up, it pays to the end of the month; what is late is paid as it would have
    // been in time.
    world.move_to(45);
    world.step("commission", Move::Cancel).await.unwrap();
    sells(&world, 50, "a", 3).await;
    sells(&world, 70, "a", 4).await;
    world.close("2026-01").await.unwrap();
    world.close("2026-02").await.unwrap();
    world.happens(&Happening::won(55, "a", 5, 1_000_000)).await;
    world.pay().await;
    assert_eq!(commission(&world, "2026-02", "a").await, 2 * 42_500);
    assert_eq!(commission(&world, "2026-03", "a").await, 25_500 + 42_500);
    let february = world.statement("2026-02", "a").await;
    assert_eq!(february.period.state, PeriodState::Closed);
    assert_eq!(february.trials, said);
    assert_eq!(world.statement("2026-03", "a").await.trials, []);
}

#[tokio::test]
async fn it_may_begin_on_a_day_and_end_with_everybody() {
    let world = World::new(22).await;
    world
        .candidate("commission", json!({ "rate": 50_000 }))
        .await;
    world.move_to(10);
    sells(&world, 10, "a", 1).await;
    let from = "2026-01-15T00:00".parse().unwrap();
    let sample = Sample {
        partners: vec!["a".to_owned(), "b".to_owned(), "a".to_owned()],
        from: Some(from),
        ..Sample::default()
    };
    let step = world.step("commission", Move::Canary(sample)).await;
    let chosen = step.unwrap().partners;
    assert_eq!(chosen.len(), 2, "once each");
    sells(&world, 20, "a", 2).await;
    assert_eq!(commission(&world, "2026-01", "a").await, 25_500);
    assert_eq!(commission(&world, "2026-01.2", "a").await, 42_500);
    let everybody = Move::Activate { from: None };
    world.step("commission", everybody).await.unwrap();
    sells(&world, 21, "a", 3).await;
    sells(&world, 40, "above", 4).await;
    assert_eq!(commission(&world, "2026-01.2", "a").await, 2 * 42_500);
    assert_eq!(commission(&world, "2026-02", "above").await, 50_000);
    assert_eq!(world.statement("2026-01.2", "a").await.trials.len(), 1);
    assert_eq!(world.statement("2026-02", "a").await.trials, []);
}

#[tokio::test]
async fn more_are_chosen_then_all_and_what_was_before_comes_back() {
    let world = tried(25).await;
    world.move_to(40);
    world.try_with("commission", &["a", "b"]).await;
    sells(&world, 45, "a", 1).await;
    sells(&world, 46, "b", 2).await;
    assert_eq!(commission(&world, "2026-02", "a").await, 42_500);
    assert_eq!(commission(&world, "2026-02", "b").await, 25_500);
    sells(&world, 65, "a", 3).await;
    sells(&world, 66, "b", 4).await;
    assert_eq!(commission(&world, "2026-03", "a").await, 42_500);
    assert_eq!(commission(&world, "2026-03", "b").await, 42_500);
    let since = async |partner| world.statement("2026-03", partner).await.trials[0].since;
    assert_eq!(since("a").await, FEBRUARY, "without a break");
    assert_eq!(since("b").await, MARCH);

    world
        .step("commission", Move::Activate { from: None })
        .await
        .unwrap();
    sells(&world, 95, "above", 5).await;
    assert_eq!(commission(&world, "2026-04", "above").await, 50_000);
    world.roll_back("commission").await;
    sells(&world, 100, "a", 6).await;
    assert_eq!(commission(&world, "2026-04", "a").await, 42_500);
    sells(&world, 125, "a", 7).await;
    assert_eq!(commission(&world, "2026-05", "a").await, 25_500);
    let months = ["2026-01", "2026-02", "2026-03", "2026-04"];
    let booked = world.balances().await;
    world.move_to(130);
    for month in months {
        world.close(month).await.unwrap();
    }
    assert_eq!(world.balances().await, booked, "what was paid stays so");
    for partner in ["a", "b"] {
        assert_eq!(world.statement("2026-04", partner).await.trials, []);
    }
}

#[tokio::test]
async fn what_it_cannot_pay_is_paid_by_no_other_plan() {
    let world = World::new(23).await;
    world
        .candidate("commission", json!({ "rate": 1_000_000 }))
        .await;
    world.move_to(10);
    world.try_with("commission", &["a"]).await;
    world.move_to(40);
    // The second one would be more than 64 bits hold, by this plan alone.
    for deal in [1, 2] {
        let huge = Happening::won(40, "a", deal, i64::MAX);
        world.happens(&huge).await;
    }
    world.pay().await;
    let manufacturer = &world.contract.manufacturer;
    let events = world.host.store.events(manufacturer, 0, 100).await.unwrap();
    let failed: Vec<_> = events
        .iter()
        .filter(|event| event.event.code == "policy-failed")
        .map(|event| &event.event.attributes["component"])
        .collect();
    assert_eq!(failed, [&AttributeValue::Text("commission".to_owned())]);
    let lines = world.statement("2026-02", "a").await.lines;
    let of_commission = lines.iter().filter(|line| line.component == "commission");
    let paid: BTreeSet<_> = of_commission.filter_map(|line| line.deal.clone()).collect();
    assert_eq!(paid.len(), 1, "the other deal is paid by nothing");
}

#[tokio::test]
async fn whom_it_pays_is_said_by_name_and_never_drawn() {
    let world = World::new(24).await;
    world
        .candidate("commission", json!({ "rate": 50_000 }))
        .await;
    let refused = async |sample| match world.step("commission", Move::Canary(sample)).await {
        Err(contracts::Error::Invalid(problems)) => {
            let problem = &problems[0];
            format!("{}: {}", problem.pointer, problem.message)
        }
        other => panic!("{other:?}"),
    };
    let drawn = refused(Sample::share(10_000)).await;
    assert!(
        drawn.starts_with("/share-percent: is for what routes"),
        "{drawn}"
    );
    let nobody = refused(Sample::default()).await;
    assert!(nobody.starts_with("/partners: is missing"), "{nobody}");
    let strangers = ["a", "nobody", "zorro"].map(str::to_owned);
    let sample = Sample {
        partners: strangers.to_vec(),
        ..Sample::default()
    };
    assert_eq!(
        refused(sample).await,
        "/partners: no partners of the contract: `nobody`, `zorro`"
    );
}
