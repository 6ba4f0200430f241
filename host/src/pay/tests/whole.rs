//! History that is paid whole, once all of it is recorded, comes to what the model says,
//! and to what it would have come to day by day, also where components are woken.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::histories::{PARTNERS, happening, one_after_the_other};
use super::model;
use super::world::{Happening, World};
use crate::domain::contract::Contract;
use crate::domain::ledger::PeriodState;
use crate::pay;
use crate::worker;

/// The last day of March, the end of history.
const ENDED: i64 = 90;

impl World {
    /// Pays everything that is recorded.
    async fn pay_whole(&self) {
        self.move_to(ENDED + 60);
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        // Midnight after noon of that day.
        let ended_at = crate::domain::time::Micros(Self::day(ENDED).0 + super::world::DAY / 2 - 1);
        pay::pay_history(&self.host, manufacturer, id, ended_at)
            .await
            .unwrap();
    }

    async fn closed(&self) -> Vec<String> {
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let periods = self.host.store.periods(manufacturer, id).await.unwrap();
        let closed = periods
            .into_iter()
            .filter(|period| period.state == PeriodState::Closed);
        closed.map(|period| period.name).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn history_comes_to_what_the_model_says(
        mut happenings in prop::collection::vec(happening(), 1..40),
        seed in 1_u64..1_000_000,
    ) {
        one_after_the_other(&mut happenings);
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(against_the_model(happenings, seed))?;
    }

    #[test]
    fn it_comes_to_the_same_day_by_day(
        mut happenings in prop::collection::vec(happening(), 1..30),
        seed in 1_u64..1_000_000,
    ) {
        one_after_the_other(&mut happenings);
        for (happening, _) in &mut happenings {
            // Who holds a deal is only known as it ended.
            let subject = happening.deal.or(happening.lead).unwrap_or_default();
            happening.partner = PARTNERS[subject % PARTNERS.len()];
        }
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(against_days(happenings, seed))?;
    }
}

/// Recorded in another order than it happened in.
async fn against_the_model(
    happenings: Vec<(Happening, i64)>,
    seed: u64,
) -> Result<(), TestCaseError> {
    let world = World::new(seed).await;
    let mut in_order: Vec<Happening> = Vec::new();
    let mut recorded = happenings;
    recorded.sort_by_key(|(happening, delay)| happening.day + delay);
    world.move_to(ENDED);
    for (happening, _) in recorded {
        world.happens(&happening).await;
        in_order.push(happening);
    }
    world.pay_whole().await;
    in_order.sort_by_key(|happening| (happening.day, happening.second));
    prop_assert_eq!(world.balances().await, model::balances(&in_order, None));
    // Its leads came in on the first of January.
    prop_assert_eq!(world.closed().await, ["2026-01", "2026-02", "2026-03"]);
    // Whoever pays there later has nothing left to do.
    let balances = world.balances().await;
    world.pay().await;
    prop_assert_eq!(world.balances().await, balances);
    Ok(())
}

/// With a component that wakes itself, within a period and beyond it.
async fn against_days(happenings: Vec<(Happening, i64)>, seed: u64) -> Result<(), TestCaseError> {
    let mut in_order: Vec<Happening> = happenings.into_iter().map(|(one, _)| one).collect();
    in_order.sort_by_key(|happening| (happening.day, happening.second));
    let (whole, daily) = (
        World::with_tranches(seed).await,
        World::with_tranches(seed).await,
    );
    whole.move_to(ENDED);
    for happening in &in_order {
        whole.happens(happening).await;
    }
    whole.pay_whole().await;

    let mut left = in_order.iter().peekable();
    for day in 1..=ENDED + 12 {
        daily.move_to(day);
        if day <= ENDED {
            worker::work_due(&daily.host).await.unwrap();
        }
        while let Some(happening) = left.next_if(|happening| happening.day <= day) {
            daily.happens(happening).await;
        }
        daily.pay().await;
        pay::close_due(&daily.host).await.unwrap();
    }
    prop_assert_eq!(whole.closed().await, daily.closed().await);
    prop_assert_eq!(whole.balances().await, daily.balances().await);
    Ok(())
}
