//! What candidates have answered, on both databases.

use super::{command, on_both};
use crate::domain::generation::{
    CandidateAnswer, CandidateLedger, LedgerDifference, LedgerOutcome, LeftOut, Role,
};
use crate::domain::ids::ManufacturerId;
use crate::domain::time::Micros;
use crate::store::changes::Changes;

fn answer(manufacturer: &ManufacturerId, id: &str) -> CandidateAnswer {
    CandidateAnswer {
        manufacturer: manufacturer.clone(),
        contract: "c".into(),
        slot: "matching".into(),
        generation: 2,
        id: id.into(),
        role: Role::Shadow,
        incumbent: Some(1),
        decision: Some("decision".into()),
        lead: Some("lead".into()),
        partner: None,
        function: "rank".into(),
        outcome: "ok".into(),
        agrees: Some(false),
        difference: "2 partners instead of 3".into(),
        fuel: 5,
        micros: 7,
        other_fuel: None,
        other_micros: Some(9),
        product: Some("heat-pump".into()),
        country: Some("DE".into()),
        region: None,
        value_difference: Some(-1),
        input: vec![1],
        output: vec![2],
        asked_at: Micros(3),
    }
}

#[tokio::test]
async fn answers_of_a_trial_are_found_the_last_one_first() {
    on_both(|store, manufacturer| async move {
        let open = CandidateAnswer {
            role: Role::Canary,
            agrees: None,
            ..answer(&manufacturer, "2")
        };
        let other = CandidateAnswer {
            generation: 3,
            ..answer(&manufacturer, "4")
        };
        let left_out = |id: &str, questions| LeftOut {
            manufacturer: manufacturer.clone(),
            contract: "c".into(),
            slot: "matching".into(),
            generation: 2,
            id: id.into(),
            questions,
            at: Micros(4),
        };
        let ledger = CandidateLedger {
            manufacturer: manufacturer.clone(),
            contract: "c".into(),
            slot: "matching".into(),
            generation: 2,
            period: "2026-03".into(),
            position: 8,
            outcome: LedgerOutcome {
                events: 2,
                wake_ups: 1,
                is_settled: true,
                differences: vec![LedgerDifference {
                    partner: "p".into(),
                    unit: "EUR".into(),
                    in_force: 100,
                    candidate: 90,
                }],
                is_cut: false,
            },
            computed_at: Micros(9),
        };
        let changes = Changes {
            candidate_answers: vec![answer(&manufacturer, "1"), open.clone(), other],
            left_out: vec![left_out("1", 2), left_out("2", 3)],
            candidate_ledgers: vec![ledger.clone()],
            ..Changes::default()
        };
        store.commit(command(&manufacturer, changes)).await.unwrap();
        let again = CandidateAnswer {
            fuel: 6,
            ..answer(&manufacturer, "1")
        };
        let changes = Changes {
            candidate_answers: vec![again.clone()],
            candidate_ledgers: vec![ledger.clone()],
            ..Changes::default()
        };
        store.commit(command(&manufacturer, changes)).await.unwrap();

        let contract = "c".into();
        let found = store
            .candidate_answers(&manufacturer, &contract, "matching", 2, 10)
            .await
            .unwrap();
        let in_short = |answer: CandidateAnswer| CandidateAnswer {
            input: Vec::new(),
            output: Vec::new(),
            ..answer
        };
        assert_eq!(found, [in_short(open), in_short(again)]);
        let left_out = store.left_out(&manufacturer, &contract, "matching", 2);
        assert_eq!(left_out.await.unwrap(), 5);
        let none = store.left_out(&manufacturer, &contract, "matching", 3);
        assert_eq!(none.await.unwrap(), 0);
        let ledgers = store.candidate_ledgers(&manufacturer, &contract, "matching", 2);
        assert_eq!(ledgers.await.unwrap(), [ledger]);
    })
    .await;
}
