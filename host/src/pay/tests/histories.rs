//! Random histories: late, doubled, reversed and cancelled events, with closes in
//! between, come to what the model says; also where other plans are tried with some
//! partners meanwhile.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::model::{self, Ending, Tried};
use super::world::{Happening, World};
use crate::contracts::binding::Move;
use crate::domain::event::EventCode;

pub(super) const PARTNERS: [&str; 3] = ["a", "b", "above"];
const MONTHS: [(&str, i64); 3] = [("2026-01", 31), ("2026-02", 59), ("2026-03", 90)];

/// Something happens in the first quarter, and is recorded some days later.
pub(super) fn happening() -> impl Strategy<Value = (Happening, i64)> {
    let codes = prop::sample::select(vec![
        EventCode::Won,
        EventCode::Won,
        EventCode::Cancelled,
        EventCode::CareContact,
        EventCode::DataComplete,
        EventCode::Claimed,
        EventCode::Claimed,
        EventCode::Unworked,
    ]);
    // Mostly at once, sometimes after the period has been closed.
    let delay = prop_oneof![3 => 0_i64..3, 1 => 20_i64..70];
    (
        codes,
        0_usize..3,
        1_i64..=90,
        0_usize..6,
        0_usize..4,
        1_i64..9_000_000,
        delay,
    )
        .prop_map(|(code, partner, day, deal, lead, value, delay)| {
            let partner = PARTNERS[partner];
            let happening = match code {
                EventCode::Won => Happening::won(day, partner, deal, value),
                EventCode::Cancelled => Happening::cancelled(day, partner, deal),
                code => Happening::of_lead(day, code, partner, lead),
            };
            (happening, delay)
        })
}

/// No two at the same instant: their order would be that of identifiers.
pub(super) fn one_after_the_other(happenings: &mut [(Happening, i64)]) {
    for (second, (happening, _)) in (0..).zip(happenings) {
        happening.second = second;
    }
}

/// Other plans are tried with some partners, and given up or put in force later.
fn tried() -> impl Strategy<Value = Tried> {
    let partners = prop::sample::subsequence(PARTNERS.to_vec(), 1..3);
    let ending = prop::sample::select(vec![Ending::Cancelled, Ending::InForce]);
    let ending = prop::option::of((1_i64..50, ending));
    (partners, 1_i64..65, ending).prop_map(|(partners, day, ending)| Tried {
        partners,
        day,
        ending: ending.map(|(later, ending)| (day + later, ending)),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn come_to_what_the_model_says(
        mut happenings in prop::collection::vec(happening(), 1..40),
        seed in 1_u64..1_000_000,
    ) {
        one_after_the_other(&mut happenings);
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(history(happenings, None, seed))?;
    }

    #[test]
    fn come_to_it_while_other_plans_are_tried(
        mut happenings in prop::collection::vec(happening(), 1..40),
        tried in tried(),
        seed in 1_u64..1_000_000,
    ) {
        one_after_the_other(&mut happenings);
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(history(happenings, Some(tried), seed))?;
    }
}

/// What is done on a day.
enum Deed<'a> {
    Record(&'a Happening),
    Try(&'a [&'static str]),
    End(Ending),
}

impl Deed<'_> {
    async fn take(&self, world: &World) {
        let components = ["commission", "care"];
        match self {
            Self::Record(happening) => {
                world.happens(happening).await;
            }
            Self::Try(partners) => {
                for component in components {
                    world.try_with(component, partners).await;
                }
            }
            Self::End(ending) => {
                for component in components {
                    let to = match ending {
                        Ending::Cancelled => Move::Cancel,
                        Ending::InForce => Move::Activate { from: None },
                    };
                    world.step(component, to).await.unwrap();
                }
            }
        }
    }
}

async fn history(
    happenings: Vec<(Happening, i64)>,
    tried: Option<Tried>,
    seed: u64,
) -> Result<(), TestCaseError> {
    let world = World::new(seed).await;
    for (component, configuration) in model::candidates() {
        world.candidate(component, configuration).await;
    }
    let recorded = happenings.iter();
    let mut deeds: Vec<(i64, Deed<'_>)> = recorded
        .map(|(happening, delay)| (happening.day + delay, Deed::Record(happening)))
        .collect();
    if let Some(tried) = &tried {
        deeds.push((tried.day, Deed::Try(&tried.partners)));
        let ending = tried.ending.map(|(day, ending)| (day, Deed::End(ending)));
        deeds.extend(ending);
    }
    deeds.sort_by_key(|(day, _)| *day);
    let mut to_close = MONTHS.into_iter().peekable();
    for (day, deed) in &deeds {
        let day = *day;
        // Each month is closed ten days after its end.
        while let Some((month, end)) = to_close.peek()
            && day > end + 10
        {
            world.move_to(end + 10);
            world.pay().await;
            world.close(month).await.unwrap();
            to_close.next();
        }
        world.move_to(day);
        deed.take(&world).await;
        if day % 2 == 0 {
            world.pay().await;
        }
    }
    for (month, end) in to_close {
        world.move_to(end + 10);
        world.close(month).await.unwrap();
    }
    world.move_to(200);
    world.pay().await;

    drop(deeds);
    let mut in_order: Vec<Happening> = happenings.into_iter().map(|(one, _)| one).collect();
    in_order.sort_by_key(|happening| (happening.day, happening.second));
    prop_assert_eq!(
        world.balances().await,
        model::balances(&in_order, tried.as_ref())
    );
    // What the statements say adds up to what is held.
    let mut stated = std::collections::BTreeMap::new();
    for month in ["2026-01", "2026-02", "2026-03", "2026-04"] {
        for partner in PARTNERS {
            for line in world.statement(month, partner).await.lines {
                let key = (line.component, line.account, partner.to_owned());
                *stated.entry(key).or_insert(0) += line.amount;
            }
        }
    }
    stated.retain(|_, amount| *amount != 0);
    prop_assert_eq!(stated, world.balances().await);
    Ok(())
}
