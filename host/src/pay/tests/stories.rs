//! How money comes to be what it is, told one by one.

use std::collections::BTreeSet;

use super::world::{Happening, MARKER, World};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::event::EventCode;
use crate::domain::ledger::PeriodState;
use crate::pay::{self, Error};
use crate::store::changes::{Changes, DeadlineChange};
use crate::worker;

#[tokio::test]
async fn a_won_deal_is_paid_to_the_claimer_and_the_one_above() {
    let world = World::new(1).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.pay().await;
    // 3 %: 80 parts to the claimer and the 5 of an agency that there is not.
    assert_eq!(world.balance("commission", "commission", "a").await, 25_500);
    assert_eq!(
        world.balance("commission", "commission", "above").await,
        4_500
    );
    assert_eq!(world.balance("care", "project", "a").await, 15_000);
    let statement = world.statement("2026-01", "a").await;
    assert_eq!(statement.period.state, PeriodState::Open);
    let line = &statement.lines[0];
    assert!(line.decision.is_some() && line.event.is_some());
    // Paid again, nothing is added.
    world.pay().await;
    assert_eq!(world.balance("commission", "commission", "a").await, 25_500);
}

#[tokio::test]
async fn a_cancellation_takes_back_once_what_was_posted() {
    let world = World::new(2).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.move_to(6);
    world.happens(&Happening::cancelled(6, "a", 1)).await;
    world.move_to(7);
    world.happens(&Happening::cancelled(7, "a", 1)).await;
    world.pay().await;
    assert!(world.balances().await.is_empty());
    let lines = world.statement("2026-01", "a").await.lines;
    let taken_back = lines.iter().filter(|line| line.corrects.is_some()).count();
    assert_eq!(taken_back, 3, "own share, agency's share, project");
}

#[tokio::test]
async fn a_period_closes_in_its_order_and_after_its_grace() {
    let world = World::new(3).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    let closed = |period| world.close(period);
    assert!(matches!(
        closed("2026-01").await,
        Err(Error::NotOver { .. })
    ));
    world.move_to(34);
    assert!(matches!(
        closed("2026-01").await,
        Err(Error::InGrace { .. })
    ));
    assert!(matches!(
        closed("2026-02").await,
        Err(Error::NotNext { .. })
    ));
    world.move_to(40);
    closed("2026-01").await.unwrap();
    assert!(matches!(
        closed("2026-01").await,
        Err(Error::AlreadyClosed { .. })
    ));
    let statement = world.statement("2026-01", "a").await;
    assert_eq!(statement.period.state, PeriodState::Closed);
}

#[tokio::test]
async fn a_period_closes_by_itself_when_its_grace_is_over() {
    let world = World::new(4).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.move_to(34);
    assert_eq!(pay::close_due(&world.host).await.unwrap(), 0);
    world.move_to(40);
    assert_eq!(pay::close_due(&world.host).await.unwrap(), 1);
    assert_eq!(pay::close_due(&world.host).await.unwrap(), 0);
}

#[tokio::test]
async fn a_period_whose_events_still_come_in_waits_for_them() {
    let world = World::new(13).await;
    world.move_to(40);
    for (day, deal) in [(40, 1), (44, 2)] {
        world.move_to(day);
        world
            .happens(&Happening::won(5, "a", deal, 1_000_000))
            .await;
        assert_eq!(pay::close_due(&world.host).await.unwrap(), 0);
    }
    // The grace of the first one is over, that of the second one is not.
    world.move_to(48);
    assert_eq!(pay::close_due(&world.host).await.unwrap(), 0);
    world.move_to(52);
    assert_eq!(pay::close_due(&world.host).await.unwrap(), 1);
}

#[tokio::test]
async fn what_comes_late_is_booked_in_the_open_period_and_names_what_it_adjusts() {
    let world = World::new(5).await;
    world.move_to(5);
    for lead in 0..4 {
        let claimed = Happening::of_lead(5, EventCode::Claimed, "a", lead);
        world.happens(&claimed).await;
    }
    world.happens(&Happening::won(5, "a", 1, 2_000_000)).await;
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    assert_eq!(world.balance("care", "malus", "a").await, 0);
    // One of four was left unworked: the project part of January shrinks by a fifth.
    world.move_to(45);
    let late = Happening::of_lead(31, EventCode::Unworked, "a", 0);
    world.happens(&late).await;
    world.pay().await;
    assert_eq!(world.balance("care", "malus", "a").await, -1_500 - 6_000);
    assert!(
        world
            .statement("2026-01", "a")
            .await
            .lines
            .iter()
            .all(|line| line.account != "malus")
    );
    let lines = world.statement("2026-02", "a").await.lines;
    let malus: Vec<_> = lines
        .iter()
        .filter(|line| line.account == "malus")
        .collect();
    assert_eq!(malus.len(), 2);
    assert!(
        malus
            .iter()
            .all(|line| line.period == "2026-01" && line.booked_period == "2026-02")
    );
    // A late claim makes it one of five, and then of eleven: the malus shrinks to
    // nothing, and says of which posting.
    for _ in 0..6 {
        let claimed = Happening::of_lead(30, EventCode::Claimed, "a", 1);
        world.happens(&claimed).await;
    }
    world.pay().await;
    assert_eq!(world.balance("care", "malus", "a").await, -1_500);
    let lines = world.statement("2026-02", "a").await.lines;
    let adjusting: Vec<_> = lines.iter().filter(|line| line.adjusts.is_some()).collect();
    assert_eq!(adjusting.len(), 1);
    assert_eq!(adjusting[0].amount, 6_000);
}

#[tokio::test]
async fn a_new_plan_pays_from_the_next_period_on() {
    let world = World::new(6).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    let plan = "plugin = \"compensation-flat-split\"";
    let dearer = format!("{plan}\nconfiguration = {{ rate = 60000 }}");
    world.apply_with(plan, &dearer).await;
    world.happens(&Happening::won(20, "a", 2, 1_000_000)).await;
    world.happens(&Happening::won(33, "a", 3, 1_000_000)).await;
    world.pay().await;
    assert_eq!(
        world.balance("commission", "commission", "a").await,
        25_500 * 2 + 51_000
    );
}

#[tokio::test]
async fn a_plan_that_begins_in_mid_period_settles_the_part_before_by_the_old_one() {
    let world = World::new(7).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.pay().await;
    let plan = "plugin = \"compensation-flat-split\"";
    let dearer = format!("{plan}\nfrom = \"2026-01-15\"\nconfiguration = {{ rate = 60000 }}");
    world.apply_with(plan, &dearer).await;
    world.move_to(20);
    world.happens(&Happening::won(20, "a", 2, 1_000_000)).await;
    world.pay().await;
    assert_eq!(
        world.balance("commission", "commission", "a").await,
        25_500 + 51_000
    );
    world.move_to(45);
    world.close("2026-01").await.unwrap();
    world.close("2026-01.2").await.unwrap();
    assert_eq!(
        world.balance("commission", "commission", "a").await,
        25_500 + 51_000
    );
}

#[tokio::test]
async fn a_component_that_wanted_to_be_woken_is_asked_alone() {
    let world = World::new(8).await;
    let lead = world.leads[0].clone();
    let manufacturer = world.contract.manufacturer.clone();
    let wake_up = Deadline {
        manufacturer: manufacturer.clone(),
        id: "wake-up".into(),
        contract: world.contract.id.clone(),
        subject: Subject::Compensation {
            component: "care".to_owned(),
            lead: Some(lead.clone()),
            deal: None,
        },
        key: "look-back".to_owned(),
        due_at: World::day(3),
        attributes: Attributes::new(),
    };
    let changes = Changes {
        deadlines: vec![DeadlineChange::Set(wake_up)],
        ..Changes::default()
    };
    world.commit(changes).await;
    world.move_to(4);
    worker::work_due(&world.host).await.unwrap();
    world.pay().await;
    let store = &world.host.store;
    let events = store.events_of_lead(&manufacturer, &lead).await.unwrap();
    let due = events
        .iter()
        .find(|event| event.event.code == "due")
        .unwrap();
    assert_eq!(due.event.occurred_at, World::day(3));
    let asked = store
        .awards_of_events(&manufacturer, std::slice::from_ref(&due.event.id))
        .await
        .unwrap();
    let slots: Vec<&str> = asked.iter().map(|of| of.slot.as_str()).collect();
    assert_eq!(slots, ["compensation/care"]);
    assert!(store.next_due().await.unwrap().is_none());
}

#[tokio::test]
async fn what_pays_is_told_nothing_of_the_person() {
    let world = World::new(11).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.pay().await;
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    let store = &world.host.store;
    let contract = &world.contract;
    let events = store.events(&contract.manufacturer, 0, 100).await.unwrap();
    let events: Vec<_> = events.into_iter().map(|of| of.event.id).collect();
    let mut decisions = store
        .awards_of_events(&contract.manufacturer, &events)
        .await
        .unwrap();
    let periods = store.periods(&contract.manufacturer, &contract.id).await;
    let settled = store
        .first_settlement(
            &contract.manufacturer,
            &contract.id,
            "compensation/care",
            1,
            periods.unwrap()[0].ends,
        )
        .await
        .unwrap();
    decisions.extend(settled);
    let functions: BTreeSet<&str> = decisions.iter().map(|of| of.function.as_str()).collect();
    assert_eq!(functions, BTreeSet::from(["award", "settle"]));
    for decision in &decisions {
        for told in [&decision.input, &decision.output] {
            let told = String::from_utf8_lossy(told).to_lowercase();
            assert!(!told.contains(&MARKER.to_lowercase()), "{told}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_booked_fails_for_its_event_alone() {
    let world = World::new(9).await;
    world.move_to(5);
    // Each pays the claimer 2.5 % of what 64 bits hold; the 41st would be too much.
    for deal in 0..42 {
        world.happens(&Happening::won(5, "a", deal, i64::MAX)).await;
    }
    world.happens(&Happening::won(5, "b", 50, 1_000_000)).await;
    world.pay().await;
    let manufacturer = &world.contract.manufacturer;
    let events = world
        .host
        .store
        .events(manufacturer, 0, 1_000)
        .await
        .unwrap();
    let failed: Vec<&Attributes> = events
        .iter()
        .filter(|event| event.event.code == "policy-failed")
        .map(|event| &event.event.attributes)
        .collect();
    assert!(!failed.is_empty());
    let code = AttributeValue::Text("guest.output_invalid".to_owned());
    assert!(failed.iter().all(|attributes| attributes["code"] == code));
    // The other component, and the other partner, are paid.
    assert_eq!(world.balance("care", "project", "a").await, 42 * 90_000);
    assert_eq!(world.balance("commission", "commission", "b").await, 25_500);
}
