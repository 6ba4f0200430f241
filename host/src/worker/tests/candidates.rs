//! Candidates that are asked beside what is in force.

use std::time::Duration;

use serde_json::json;

use super::World;
use crate::contracts::binding::{Move, Wanted, When, Wish, put, take};
use crate::domain::generation::WHOLE;
use crate::host::Origin;

/// Looks at what was counted, until it is no longer waited for.
const LOOKS_MAX: u32 = 3_000;
/// Leads beyond the room for questions.
const LEADS: i64 = 140;

#[tokio::test]
async fn questions_beyond_the_room_are_left_out_and_counted() {
    let world = World::new().await;
    let (host, manufacturer, contract) = (&world.host, &world.manufacturer.id, &world.contract.id);
    let wanted = Wanted {
        slot: "qualification".to_owned(),
        plugin: "qualification-mandatory-fields".to_owned(),
        configuration: Some(json!({ "activity-days": 31 })),
        limits: None,
        comment: "another".to_owned(),
        when: When::Ready,
    };
    let made = put(host, manufacturer, contract, &wanted, None, &Origin::host())
        .await
        .unwrap();
    let generation = made.binding.generation;
    let wish = Wish {
        slot: "qualification".to_owned(),
        generation,
        to: Move::Shadow { share: WHOLE },
        comment: "tried".to_owned(),
    };
    take(host, manufacturer, contract, &wish, &Origin::host())
        .await
        .unwrap();
    // Nobody asks meanwhile.
    for _ in 0..LEADS {
        world.lead().await;
    }
    let answers = async || {
        let answers = host.store.candidate_answers(
            manufacturer,
            contract,
            "qualification",
            generation,
            1_000,
        );
        answers.await.unwrap().len() as i64
    };
    let left_out = async || {
        let store = &host.store;
        let found = store.left_out(manufacturer, contract, "qualification", generation);
        found.await.unwrap()
    };
    assert_eq!((answers().await, left_out().await), (0, 0));
    let all_counted = async {
        for _ in 0..LOOKS_MAX {
            if answers().await + left_out().await == LEADS {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    host.ask_asides(all_counted).await;
    assert_eq!((answers().await, left_out().await), (128, LEADS - 128));
}
