//! What a component that is tried would have paid, beside what is in force.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::histories::happening;
use super::world::{Happening, World};
use crate::contracts::binding::{self, Move, Wanted, When, Wish};
use crate::contracts::plugin;
use crate::domain::contract::Contract;
use crate::domain::event::EventCode;
use crate::domain::generation::{CandidateAnswer, CandidateLedger, WHOLE};
use crate::host::Origin;
use crate::pay;
use crate::testing;
use crate::worker;

const TRANCHES: &[u8] =
    include_bytes!("../../../../tests/guests/tranches/compensation-tranches.wasm");
const SLOT: &str = "compensation/tranches";
const CARE: &str = "[bindings.\"compensation/care\"]";

/// Paid when won, in three tranches ten days apart, and 10 % on all of it.
fn in_force() -> Value {
    json!({ "rate": 20_000, "tranche": 5_000, "days": 10, "tranches": 3, "bonus": 100_000 })
}

impl World {
    async fn trying(seed: u64, candidate: Value) -> Self {
        let world = Self::with_tranches(seed).await;
        world.shadow(candidate).await;
        world
    }

    /// With a component that wakes itself, and another one beside it.
    pub(super) async fn with_tranches(seed: u64) -> Self {
        let world = Self::new(seed).await;
        let owner = &world.contract.manufacturer;
        let bytes = Arc::from(TRANCHES);
        plugin::upload(&world.host, owner, bytes, &Origin::host())
            .await
            .unwrap();
        let tranches = format!(
            "[bindings.\"{SLOT}\"]\nplugin = \"compensation-tranches@0.1.0\"\nfrom = \"2026-01-01\"\n\n{CARE}"
        );
        world.apply_with(CARE, &tranches).await;
        world
    }

    async fn shadow(&self, configuration: Value) {
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let wanted = Wanted {
            slot: SLOT.to_owned(),
            plugin: "compensation-tranches@0.1.0".to_owned(),
            configuration: Some(configuration),
            limits: None,
            comment: "tried".to_owned(),
            when: When::Ready,
        };
        let (host, origin) = (&self.host, Origin::host());
        let made = binding::put(host, manufacturer, id, &wanted, None, &origin);
        let wish = Wish {
            slot: SLOT.to_owned(),
            generation: made.await.unwrap().binding.generation,
            to: Move::Shadow { share: WHOLE },
            comment: "tried".to_owned(),
        };
        binding::take(host, manufacturer, id, &wish, &Origin::host())
            .await
            .unwrap();
    }

    /// What is known of the candidate once everything is paid that is due.
    async fn compared(&self) -> (Vec<CandidateLedger>, Vec<CandidateAnswer>) {
        worker::work_due(&self.host).await.unwrap();
        self.pay().await;
        assert!(pay::compare_waiting(&self.host).await.unwrap().is_empty());
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let store = &self.host.store;
        let ledgers = store.candidate_ledgers(manufacturer, id, SLOT, 2);
        let answers = store.candidate_answers(manufacturer, id, SLOT, 2, 20_000);
        (ledgers.await.unwrap(), answers.await.unwrap())
    }

    /// Of a period: how often it was woken, and what partner a gets of either.
    async fn sums(&self, period: &str) -> (i64, i64, i64) {
        let (ledgers, _) = self.compared().await;
        let ledger = ledgers.iter().find(|ledger| ledger.period == period);
        let outcome = &ledger.unwrap().outcome;
        assert!(outcome.is_settled && !outcome.is_cut, "{outcome:?}");
        let a = outcome.differences.iter();
        let a = a.filter(|of| of.partner == self.partners["a"]);
        let sum = a.fold((0, 0), |sum, of| {
            (sum.0 + of.in_force, sum.1 + of.candidate)
        });
        (outcome.wake_ups, sum.0, sum.1)
    }
}

fn changed(field: &str, to: Value) -> Value {
    let mut configuration = in_force();
    configuration[field] = to;
    configuration
}

#[tokio::test]
async fn it_settles_the_period_and_is_woken_as_it_wishes() {
    let world = World::trying(1, changed("days", json!(7))).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    // Tranches on the 15th, and on the 12th and the 19th; and a tenth of the whole.
    world.move_to(20);
    assert_eq!(
        world.sums("2026-01").await,
        (2, 25_000 + 2_500, 30_000 + 3_000)
    );
    // A second and last one on the 25th, a third and last one on the 26th.
    world.move_to(31);
    assert_eq!(
        world.sums("2026-01").await,
        (3, 30_000 + 3_000, 35_000 + 3_500)
    );
    let (_, answers) = world.compared().await;
    let mut functions: Vec<(&str, &str, i64)> = answers
        .iter()
        .filter(|answer| answer.agrees == Some(false))
        .map(|of| {
            let more = of.value_difference.unwrap();
            (of.function.as_str(), of.outcome.as_str(), more)
        })
        .collect();
    functions.reverse();
    let woken = ("award", "ok", 5_000);
    let unasked = ("award", "not-applicable", -5_000);
    assert_eq!(
        functions,
        [woken, unasked, woken, unasked, woken, ("settle", "ok", 500)]
    );
    // As if it closed now was as it closes. What is in force has left a wish for February,
    // and whoever comes then has it.
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    assert_eq!(world.balance("tranches", "paid", "a").await, 33_000);
    assert_eq!(world.sums("2026-02").await, (1, 5_500, 5_500));
}

#[tokio::test]
async fn one_that_only_settles_otherwise_differs_by_that() {
    let world = World::trying(2, changed("bonus", json!(200_000))).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    assert_eq!(world.sums("2026-01").await, (0, 22_000, 24_000));
    let (_, answers) = world.compared().await;
    let flips: Vec<&CandidateAnswer> = answers
        .iter()
        .filter(|answer| answer.agrees == Some(false))
        .collect();
    assert_eq!(flips.len(), 1);
    assert_eq!(flips[0].function, "settle");
    assert_eq!(flips[0].value_difference, Some(2_000));
    assert_eq!(flips[0].difference, "paid bonus of a: +2000 money");
}

#[tokio::test]
async fn what_it_does_not_wish_for_it_is_not_woken_for() {
    let world = World::trying(3, changed("tranches", json!(1))).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.move_to(16);
    // A first tranche wakes both; what is in force alone wants to be woken again.
    assert_eq!(world.sums("2026-01").await, (1, 27_500, 27_500));
    world.move_to(26);
    assert_eq!(world.sums("2026-01").await, (1, 33_000, 27_500));
    // Nobody is woken for a deal that is called off.
    world.happens(&Happening::cancelled(26, "a", 1)).await;
    assert_eq!(world.sums("2026-01").await, (1, 0, 0));
}

/// Plays what happens, closing these months on the way, and compares every now and then.
/// Answers what is known in the end.
async fn play(
    world: &World,
    happenings: &[(Happening, i64)],
    to_close: &[(&str, i64)],
) -> (Vec<CandidateLedger>, Vec<CandidateAnswer>) {
    let mut recorded = happenings.to_vec();
    recorded.sort_by_key(|(happening, delay)| happening.day + delay);
    let mut to_close = to_close.iter().peekable();
    for (happening, delay) in &recorded {
        let day = happening.day + delay;
        while let Some((month, _)) = to_close.next_if(|(_, end)| day > end + 10) {
            world.move_to(day);
            world.compared().await;
            world.close(month).await.unwrap();
        }
        world.move_to(day);
        world.happens(happening).await;
        if day % 3 == 0 {
            world.compared().await;
        }
    }
    world.compared().await
}

/// No two at the same instant, and every value such that all parts of it are whole.
fn exact(mut happenings: Vec<(Happening, i64)>) -> Vec<(Happening, i64)> {
    for (second, (happening, _)) in (0..).zip(&mut happenings) {
        happening.second = second;
        happening.value = happening.value.map(|value| (value / 100_000 + 1) * 100_000);
    }
    happenings
}

/// All in January, where nothing was paid before.
fn in_january(mut happenings: Vec<(Happening, i64)>) -> Vec<(Happening, i64)> {
    for (happening, _) in &mut happenings {
        happening.day = 1 + happening.day % 31;
    }
    exact(happenings)
}

proptest! {
    #![proptest_config(testing::cases(4))]

    #[test]
    fn the_same_under_another_name_differs_in_nothing(
        happenings in prop::collection::vec(happening(), 1..25).prop_map(exact),
        seed in 1_u64..1_000_000,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let world = World::trying(seed, changed("name", json!("the same"))).await;
            let months = [("2026-01", 31), ("2026-02", 59), ("2026-03", 90)];
            let (ledgers, answers) = play(&world, &happenings, &months).await;
            prop_assert!(!ledgers.is_empty());
            for of in ledgers.iter().flat_map(|ledger| &ledger.outcome.differences) {
                prop_assert_eq!(of.candidate, of.in_force);
            }
            for answer in &answers {
                prop_assert_eq!(answer.agrees, Some(true), "{:?}", answer.difference);
            }
            Ok::<(), TestCaseError>(())
        })?;
    }

    #[test]
    fn half_the_pay_is_half_of_everything(
        happenings in prop::collection::vec(happening(), 1..25).prop_map(in_january),
        seed in 1_u64..1_000_000,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut half = in_force();
            half["rate"] = json!(10_000);
            half["tranche"] = json!(2_500);
            let world = World::trying(seed, half).await;
            let (ledgers, _) = play(&world, &happenings, &[]).await;
            let january = &ledgers[0];
            prop_assert_eq!(january.period.as_str(), "2026-01");
            prop_assert!(january.outcome.is_settled);
            for of in &january.outcome.differences {
                prop_assert_eq!(of.candidate * 2, of.in_force);
            }
            let mut codes = happenings.iter().map(|(of, _)| of.code);
            if codes.all(|code| code == EventCode::Won) {
                prop_assert!(!january.outcome.differences.is_empty());
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
