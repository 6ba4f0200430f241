//! The writer's promises, on both databases.

mod candidate;
mod cut;
mod plans;
mod upgrade;

use stellwerk_tests::postgres;

use super::changes::{Changes, Command, Guard, KeptAnswer};
use super::{Error, Store, StoreSettings};
use crate::domain::attribute::Attributes;
use crate::domain::contract::Manufacturer;
use crate::domain::happening::Event;
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::lead::{Lead, Teaser};
use crate::domain::lifecycle::State;
use crate::domain::partner::Partner;
use crate::domain::time::Micros;

/// Runs a check on SQLite, and on PostgreSQL where its programs are there.
async fn on_both<F, Fut>(check: F)
where
    F: Fn(Store, ManufacturerId) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let sqlite = StoreSettings::Sqlite {
        folder: folder.path().to_owned(),
    };
    let postgres = postgres().map(|url| StoreSettings::Postgres { url });
    for settings in std::iter::once(sqlite).chain(postgres) {
        let store = Store::open(&settings).await.unwrap();
        store.add_manufacturer(&maker()).await.unwrap();
        check(store, maker().id).await;
    }
}

fn maker() -> Manufacturer {
    Manufacturer {
        id: ManufacturerId::from("m"),
        code: "m".to_owned(),
        name: "M".to_owned(),
        created_at: Micros(0),
    }
}

fn event(manufacturer: &ManufacturerId, id: String) -> Event {
    Event {
        manufacturer: manufacturer.clone(),
        id: id.into(),
        contract: ContractId::from("c"),
        lead: None,
        cycle: 0,
        deal: None,
        partner: None,
        code: "told".to_owned(),
        occurred_at: Micros(0),
        recorded_at: Micros(0),
        attributes: Attributes::new(),
        lines: Vec::new(),
        decision: None,
        actor: None,
    }
}

fn lead(manufacturer: &ManufacturerId, external_id: Option<&str>) -> Lead {
    Lead {
        manufacturer: manufacturer.clone(),
        id: LeadId::from("l"),
        contract: ContractId::from("c"),
        external_id: external_id.map(str::to_owned),
        version: 0,
        state: State::Received,
        cycle: 1,
        began_with: Default::default(),
        received_at: Micros(0),
        teaser: Teaser::default(),
        customer: None,
        answers: Attributes::new(),
        assessed: None,
        routed_to: None,
        merged_into: None,
        wave: 0,
        step: 0,
        manual: None,
        holder: None,
        sent_by: None,
        qualified_at: None,
        claimed_at: None,
        first_worked_at: None,
        last_feedback_at: None,
        feedback_due_at: None,
        ended_at: None,
    }
}

fn command(manufacturer: &ManufacturerId, changes: Changes) -> Command {
    Command {
        manufacturer: manufacturer.clone(),
        changes,
    }
}

#[tokio::test]
async fn positions_have_no_gap_whoever_commits_at_once() {
    on_both(|store, manufacturer| async move {
        let commits = (0..300).map(|number| {
            let changes = Changes {
                events: vec![
                    event(&manufacturer, format!("{number}-a")),
                    event(&manufacturer, format!("{number}-b")),
                ],
                ..Changes::default()
            };
            tokio::spawn({
                let store = store.clone();
                let command = command(&manufacturer, changes);
                async move { store.commit(command).await }
            })
        });
        for commit in commits.collect::<Vec<_>>() {
            commit.await.unwrap().unwrap();
        }
        let events = store.events(&manufacturer, 0, 1_000).await.unwrap();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..=600).collect::<Vec<i64>>());
        for pair in events.chunks(2) {
            let command = |index: usize| pair[index].event.id.as_str().split('-').next();
            assert_eq!(command(0), command(1), "a command's events stay together");
        }
    })
    .await;
}

#[tokio::test]
async fn of_commands_that_rest_on_one_version_one_is_taken() {
    on_both(|store, manufacturer| async move {
        let new = Changes {
            guards: vec![Guard::Lead(LeadId::from("l"), None)],
            leads: vec![lead(&manufacturer, None)],
            ..Changes::default()
        };
        store.commit(command(&manufacturer, new)).await.unwrap();
        let commits = (0..200).map(|number| {
            let changes = Changes {
                guards: vec![Guard::Lead(LeadId::from("l"), Some(1))],
                leads: vec![lead(&manufacturer, None)],
                events: vec![event(&manufacturer, number.to_string())],
                ..Changes::default()
            };
            tokio::spawn({
                let store = store.clone();
                let command = command(&manufacturer, changes);
                async move { store.commit(command).await }
            })
        });
        let mut taken = 0;
        for commit in commits.collect::<Vec<_>>() {
            match commit.await.unwrap() {
                Ok(_) => taken += 1,
                Err(Error::Stale { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(taken, 1);
        assert_eq!(store.events(&manufacturer, 0, 10).await.unwrap().len(), 1);
        let stored = store.lead(&manufacturer, &LeadId::from("l")).await.unwrap();
        assert_eq!(stored.unwrap().version, 2);
    })
    .await;
}

#[tokio::test]
async fn one_bad_command_fails_alone() {
    on_both(|store, manufacturer| async move {
        let mut commits = Vec::new();
        for number in 0..40 {
            let mut row = lead(&manufacturer, None);
            row.id = LeadId::from(format!("l{number}"));
            // The schema refuses a cycle of 0.
            row.cycle = u32::from(number != 17);
            let changes = Changes {
                guards: vec![Guard::Lead(row.id.clone(), None)],
                leads: vec![row],
                events: vec![event(&manufacturer, number.to_string())],
                ..Changes::default()
            };
            let (store, command) = (store.clone(), command(&manufacturer, changes));
            commits.push(tokio::spawn(async move { store.commit(command).await }));
        }
        for (number, commit) in commits.into_iter().enumerate() {
            let outcome = commit.await.unwrap();
            assert_eq!(outcome.is_ok(), number != 17, "{number}: {outcome:?}");
        }
        let events = store.events(&manufacturer, 0, 100).await.unwrap();
        assert_eq!(events.len(), 39);
        assert_eq!(events.last().unwrap().position, 39);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_one_servers() {
    let folder = tempfile::tempdir().unwrap();
    let settings = StoreSettings::Sqlite {
        folder: folder.path().to_owned(),
    };
    let first = Store::open(&settings).await.unwrap();
    assert!(matches!(
        Store::open(&settings).await,
        Err(Error::Held { folder: held, .. }) if held == folder.path()
    ));
    first.close().await;
    drop(first);
    Store::open(&settings).await.unwrap();
}

#[tokio::test]
async fn old_answers_are_forgotten_some_at_a_time() {
    on_both(|store, manufacturer| async move {
        for (key, at) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
            let answer = KeptAnswer {
                actor: "token".to_owned(),
                key: key.to_owned(),
                request_digest: String::new(),
                status: 201,
                body: Vec::new(),
                at: Micros(at),
            };
            let changes = Changes {
                answer: Some(answer),
                ..Changes::default()
            };
            let manufacturer = manufacturer.clone();
            store
                .commit(Command {
                    manufacturer,
                    changes,
                })
                .await
                .unwrap();
        }
        assert_eq!(store.forget_answers(Micros(4), 2).await.unwrap(), 2);
        assert_eq!(store.forget_answers(Micros(4), 2).await.unwrap(), 1);
        assert_eq!(store.forget_answers(Micros(4), 2).await.unwrap(), 0);
        let kept = store.kept_answer(&manufacturer, "token", "d").await;
        assert!(kept.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_partner_is_found_with_all_below_it_and_a_circle_ends() {
    on_both(|store, manufacturer| async move {
        let tree = [
            ("top", None),
            ("middle", Some("top")),
            ("leaf", Some("middle")),
            ("beside", None),
            ("round", Some("about")),
            ("about", Some("round")),
        ];
        let partners = tree.iter().enumerate().map(|(key, (id, parent))| Partner {
            manufacturer: manufacturer.clone(),
            id: (*id).into(),
            code: (*id).to_owned(),
            name: (*id).to_owned(),
            key: key as u64 + 1,
            parent: parent.map(Into::into),
            country: None,
            postcode: None,
            position: None,
            version: 0,
        });
        let changes = Changes {
            partners: partners.collect(),
            ..Changes::default()
        };
        let command = Command {
            manufacturer: manufacturer.clone(),
            changes,
        };
        store.commit(command).await.unwrap();
        for (partner, expected) in [
            ("top", vec!["leaf", "middle", "top"]),
            ("leaf", vec!["leaf"]),
            ("round", vec!["about", "round"]),
        ] {
            let found = store.with_those_below(&manufacturer, &partner.into()).await;
            let mut found: Vec<String> = found.unwrap().iter().map(|id| id.to_string()).collect();
            found.sort();
            assert_eq!(found, expected);
        }
    })
    .await;
}
