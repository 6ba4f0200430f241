//! A period is looked at closely, and computed anew because somebody wants it.

use super::world::{Happening, World};
use crate::domain::attribute::Attributes;
use crate::domain::calendar::Cadence;
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::event::EventCode;
use crate::domain::ledger::{Holder, HolderKind, Posting};
use crate::pay::{self, AccountTotal, Deviation, Error, Overview};
use crate::store::changes::{Changes, DeadlineChange};

async fn deviations(world: &World, period: &str) -> Vec<Deviation> {
    let contract = &world.contract;
    pay::deviations(&world.host, &contract.manufacturer, &contract.id, period)
        .await
        .unwrap()
}

async fn recalculate(world: &World, period: &str) -> Result<Vec<Deviation>, Error> {
    let contract = &world.contract;
    pay::recalculate(
        &world.host,
        &contract.manufacturer,
        &contract.id,
        period,
        None,
    )
    .await
}

async fn overview(world: &World, period: &str) -> Overview {
    let contract = &world.contract;
    let force = world.host.contract(&contract.manufacturer, &contract.id);
    pay::overview(&world.host, &force.await.unwrap(), period)
        .await
        .unwrap()
}

/// Component, account, what was booked, and what it comes to.
fn told(found: &[Deviation]) -> Vec<(&str, &str, i64, i64)> {
    let told = found.iter().map(|found| {
        let posting = &found.posting;
        (
            posting.period.as_str(),
            posting.account.as_str(),
            found.booked,
            found.now,
        )
    });
    told.collect()
}

/// A posting in January that follows from nothing.
fn mistaken(world: &World, account: &str, unit: &str, holder: Holder, amount: i64) -> Posting {
    let lead = (holder.kind == HolderKind::Lead).then(|| holder.id.as_str().into());
    Posting {
        manufacturer: world.contract.manufacturer.clone(),
        id: format!("mistaken-{account}").as_str().into(),
        contract: world.contract.id.clone(),
        component: "care".to_owned(),
        account: account.to_owned(),
        unit: unit.to_owned(),
        holder,
        amount,
        reason: "care".to_owned(),
        reason_args: "[]".to_owned(),
        event: None,
        event_position: 0,
        lead,
        deal: None,
        period: "2026-01".to_owned(),
        booked_period: "2026-01".to_owned(),
        occurred_at: World::day(3),
        booked_at: World::day(3),
        corrects: None,
        adjusts: None,
        decision: None,
    }
}

async fn book(world: &World, posting: Posting) {
    let changes = Changes {
        postings: vec![posting],
        ..Changes::default()
    };
    world.commit(changes).await;
}

#[tokio::test]
async fn what_differs_is_shown_before_it_is_booked_and_is_booked_once() {
    let world = World::new(21).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    assert!(deviations(&world, "2026-01").await.is_empty());
    let holder = Holder {
        kind: HolderKind::Partner,
        id: world.partners["a"].to_string(),
    };
    book(&world, mistaken(&world, "care", "money", holder, 1_000)).await;

    let shown = deviations(&world, "2026-01").await;
    assert_eq!(told(&shown), [("2026-01", "care", 1_000, 0)]);
    assert_eq!(
        world.balance("care", "care", "a").await,
        1_000,
        "only shown"
    );

    let booked = recalculate(&world, "2026-01").await.unwrap();
    assert_eq!(told(&booked), told(&shown));
    assert_eq!(world.balance("care", "care", "a").await, 0);
    let lines = world.statement("2026-02", "a").await.lines;
    let adjusting: Vec<_> = lines.iter().filter(|line| line.adjusts.is_some()).collect();
    assert_eq!(adjusting.len(), 1);
    assert_eq!(adjusting[0].adjusts, Some("mistaken-care".into()));
    assert_eq!(
        (adjusting[0].period.as_str(), adjusting[0].amount),
        ("2026-01", -1_000)
    );

    assert!(deviations(&world, "2026-01").await.is_empty());
    assert!(recalculate(&world, "2026-01").await.unwrap().is_empty());
    let audit = world
        .host
        .store
        .audit(&world.contract.manufacturer, None, 1_000);
    let changes = audit.await.unwrap();
    let said: Vec<&str> = changes.iter().map(|entry| entry.change.as_str()).collect();
    let asked = "~ period 2026-01 of pumps: booked -> recalculated, ";
    assert!(
        said.contains(&format!("{asked}1 differences").as_str()),
        "{said:?}"
    );
    assert!(
        said.contains(&format!("{asked}0 differences").as_str()),
        "{said:?}"
    );
}

#[tokio::test]
async fn later_periods_begin_with_what_the_first_one_leaves_in_what_is_shown_too() {
    let world = World::new(22).await;
    world.move_to(5);
    let holder = Holder {
        kind: HolderKind::Lead,
        id: world.leads[0].to_string(),
    };
    // As if the data of the lead had been paid in January.
    book(
        &world,
        mistaken(&world, "completed-cycle", "count", holder, 1),
    )
    .await;
    world.happens(&Happening::won(5, "b", 1, 1_000_000)).await;
    world.move_to(35);
    let complete = Happening::of_lead(35, EventCode::DataComplete, "a", 0);
    world.happens(&complete).await;
    world.pay().await;
    assert_eq!(world.balance("care", "care", "a").await, 0);
    // As if nobody had computed January anew: the mistake was made after its close.
    let mut late = mistaken(
        &world,
        "completed-cycle",
        "count",
        Holder {
            kind: HolderKind::Lead,
            id: world.leads[1].to_string(),
        },
        1,
    );
    late.id = "mistaken-later".into();
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    book(&world, late).await;
    let complete = Happening::of_lead(41, EventCode::DataComplete, "b", 1);
    world.move_to(41);
    world.happens(&complete).await;
    world.move_to(70);
    world.close("2026-02").await.unwrap();
    assert_eq!(
        world.balance("care", "care", "a").await,
        800,
        "put right by the close"
    );
    assert_eq!(world.balance("care", "care", "b").await, 0);

    let shown = deviations(&world, "2026-01").await;
    assert_eq!(
        told(&shown),
        [
            ("2026-01", "completed-cycle", 1, 0),
            ("2026-02", "care", 0, 800),
            ("2026-02", "completed-cycle", 0, 1),
        ]
    );
    let booked = recalculate(&world, "2026-01").await.unwrap();
    assert_eq!(told(&booked), told(&shown));
    assert_eq!(world.balance("care", "care", "b").await, 800);
    assert!(deviations(&world, "2026-01").await.is_empty());
}

#[tokio::test]
async fn what_came_late_and_waits_in_the_lane_is_shown_too() {
    let world = World::new(26).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    world.happens(&Happening::cancelled(7, "a", 1)).await;
    let shown = deviations(&world, "2026-01").await;
    let back = |account, amount| ("2026-01", account, 0, amount);
    assert_eq!(
        told(&shown),
        [
            back("project", -15_000),
            back("commission", -24_000),
            back("commission", -4_500),
            back("commission", -1_500),
        ]
    );
    assert_eq!(world.balance("care", "project", "a").await, 15_000);
    world.pay().await;
    assert_eq!(world.balance("care", "project", "a").await, 0);
    assert!(deviations(&world, "2026-01").await.is_empty());
}

#[tokio::test]
async fn of_an_open_period_it_is_shown_what_closing_would_book() {
    let world = World::new(23).await;
    world.move_to(5);
    for lead in 0..4 {
        let claimed = Happening::of_lead(5, EventCode::Claimed, "a", lead);
        world.happens(&claimed).await;
    }
    world.happens(&Happening::won(5, "a", 1, 2_000_000)).await;
    world
        .happens(&Happening::of_lead(6, EventCode::Unworked, "a", 0))
        .await;
    world.pay().await;
    let shown = deviations(&world, "2026-01").await;
    // A fifth of what the project has earned: one of four was left unworked.
    assert_eq!(told(&shown), [("2026-01", "malus", 0, -6_000)]);
    let refused = recalculate(&world, "2026-01").await.unwrap_err();
    assert_eq!(refused.code(), "period.open");
    let unknown = recalculate(&world, "2027-01").await.unwrap_err();
    assert_eq!(unknown.code(), "not-found");
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    assert_eq!(world.balance("care", "malus", "a").await, -1_500 - 6_000);
}

#[tokio::test]
async fn a_period_says_what_is_provisional_what_is_final_and_what_came_since() {
    let world = World::new(24).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.pay().await;
    let commission = |provisional, settled, since_closed| AccountTotal {
        component: "commission".to_owned(),
        account: "commission".to_owned(),
        unit: "money".to_owned(),
        provisional,
        settled,
        since_closed,
    };
    let totals = overview(&world, "2026-01").await.totals;
    assert!(totals.contains(&commission(30_000, 0, 0)), "{totals:?}");
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    let totals = overview(&world, "2026-01").await.totals;
    assert!(totals.contains(&commission(0, 30_000, 0)), "{totals:?}");
    world.happens(&Happening::won(6, "b", 2, 1_000_000)).await;
    world.pay().await;
    let seen = overview(&world, "2026-01").await;
    assert!(seen.totals.contains(&commission(30_000, 30_000, 30_000)));
    assert!(seen.changes.iter().all(|of| of.booked_period == "2026-02"));
    let changed: i64 = seen.changes.iter().map(|posting| posting.amount).sum();
    assert_eq!(changed, 30_000 + 15_000, "commission and project");

    let wake_up = Deadline {
        manufacturer: world.contract.manufacturer.clone(),
        id: "wake-up".into(),
        contract: world.contract.id.clone(),
        subject: Subject::Compensation {
            component: "care".to_owned(),
            lead: None,
            deal: None,
        },
        key: "look-back".to_owned(),
        due_at: World::day(50),
        attributes: Attributes::new(),
    };
    world
        .commit(Changes {
            deadlines: vec![DeadlineChange::Set(wake_up)],
            ..Changes::default()
        })
        .await;
    assert!(overview(&world, "2026-01").await.wake_ups.is_empty());
    assert_eq!(
        overview(&world, "2026-02").await.wake_ups[0].key,
        "look-back"
    );
}

#[tokio::test]
async fn a_period_that_a_plan_has_cut_is_a_stub() {
    let world = World::new(25).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    let plan = "plugin = \"compensation-flat-split\"";
    let dearer = format!("{plan}\nfrom = \"2026-01-15\"\nconfiguration = {{ rate = 60000 }}");
    world.apply_with(plan, &dearer).await;
    world.move_to(34);
    let contract = &world.contract;
    let force = world.host.contract(&contract.manufacturer, &contract.id);
    let force = force.await.unwrap();
    let periods = pay::periods(&world.host, &force).await.unwrap();
    let stubs: Vec<(&str, bool)> = periods
        .iter()
        .map(|period| {
            assert_eq!(period.cadence, Cadence::Month);
            let is_stub = crate::domain::period::is_stub(&force.calendar, period);
            (period.name.as_str(), is_stub)
        })
        .collect();
    assert_eq!(
        stubs,
        [("2026-01", true), ("2026-01.2", true), ("2026-02", false)]
    );
}
