//! Commits that are cut or held on their way to PostgreSQL.

use std::time::Duration;

use stellwerk_tests::{AtCommit, Postgres, Proxy};

use super::{event, maker};
use crate::domain::happening::Positioned;
use crate::store::changes::{Changes, Command};
use crate::store::{Error, Store, StoreLimits, StoreSettings};

/// A store that reaches PostgreSQL through a way that can be cut, and one beside
/// it that does not; none where PostgreSQL's programs are missing.
async fn behind_a_proxy() -> Option<(Proxy, Store, Store)> {
    let postgres = Postgres::shared()?;
    let name = postgres.database();
    let proxy = Proxy::to(&postgres.socket_file());
    let settings = |url: String| StoreSettings::Postgres { url };
    let store = Store::open(&settings(proxy.url(&name))).await.unwrap();
    let beside = Store::open(&settings(postgres.url(&name))).await.unwrap();
    store.add_manufacturer(&maker()).await.unwrap();
    Some((proxy, store, beside))
}

/// Commits an event of that name.
async fn happen(store: &Store, name: &str) -> Result<i64, Error> {
    let manufacturer = maker().id;
    let command = Command {
        changes: Changes {
            events: vec![event(&manufacturer, name.to_owned())],
            ..Changes::default()
        },
        manufacturer,
    };
    Ok(store.commit(command).await?.position)
}

async fn names(store: &Store, after: i64) -> Vec<String> {
    let events = store.events(&maker().id, after, 100).await.unwrap();
    let name = |found: &Positioned| found.event.id.to_string();
    events.iter().map(name).collect()
}

/// Waits for what another thread does, without keeping ours from its work.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_commit_is_cut_is_not_known_to_anybody_and_not_done_again() {
    let Some((proxy, store, beside)) = behind_a_proxy().await else {
        return;
    };
    for (what, done) in [(AtCommit::CutBefore, false), (AtCommit::CutAfter, true)] {
        let before = names(&beside, 0).await.len();
        // While one commit is under way the others gather.
        proxy.at_commit(AtCommit::Hold);
        let first = tokio::spawn({
            let store = store.clone();
            async move { happen(&store, "first").await }
        });
        until(|| proxy.has_met()).await;
        let others: Vec<_> = (0..8)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { happen(&store, &format!("other-{number}")).await })
            })
            .collect();
        until(|| store.usage().commands_waiting == 8).await;
        proxy.at_commit(what);
        assert!(first.await.unwrap().is_ok());
        for other in others {
            let outcome = other.await.unwrap();
            assert!(matches!(outcome, Err(Error::Unknown(_))), "{outcome:?}");
        }
        let expected = before + 1 + if done { 8 } else { 0 };
        assert_eq!(names(&beside, 0).await.len(), expected, "{what:?}");
        // And it goes on.
        assert!(happen(&store, "next").await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_misses_nothing_of_a_commit_that_takes_its_time() {
    let Some((proxy, slow, quick)) = behind_a_proxy().await else {
        return;
    };
    assert_eq!(happen(&slow, "before").await.unwrap(), 1);
    proxy.at_commit(AtCommit::Hold);
    let late = tokio::spawn({
        let slow = slow.clone();
        async move { happen(&slow, "late").await }
    });
    until(|| proxy.has_met()).await;
    // Another host has something to say meanwhile; its place is behind.
    let after = tokio::spawn({
        let quick = quick.clone();
        async move { happen(&quick, "after").await }
    });
    let mut cursor = 0;
    let mut read = Vec::new();
    for turn in 0..20 {
        let found = names(&quick, cursor).await;
        cursor += found.len() as i64;
        read.extend(found);
        if turn == 10 {
            assert_eq!(read, ["before"]);
            assert!(!after.is_finished(), "it has overtaken");
            proxy.let_go();
        }
        if turn > 10 && read.len() == 3 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(late.await.unwrap().unwrap(), 2);
    assert_eq!(after.await.unwrap().unwrap(), 3);
    read.extend(names(&quick, cursor).await);
    assert_eq!(read, ["before", "late", "after"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_cut_off_in_a_commit_holds_the_others_no_longer_than_it_may() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let name = postgres.database();
    let proxy = Proxy::to(&postgres.socket_file());
    let impatient = StoreLimits {
        answer_seconds_max: 1,
        ..StoreLimits::default()
    };
    let behind = StoreSettings::Postgres {
        url: proxy.url(&name),
    };
    let store = Store::open_within(&behind, &impatient).await.unwrap();
    let direct = StoreSettings::Postgres {
        url: postgres.url(&name),
    };
    let beside = Store::open(&direct).await.unwrap();
    store.add_manufacturer(&maker()).await.unwrap();
    // The commit is never let go.
    proxy.at_commit(AtCommit::Hold);
    let cut_off = tokio::spawn({
        let store = store.clone();
        async move { happen(&store, "lost").await }
    });
    until(|| proxy.has_met()).await;
    let waits = Duration::from_secs(10);
    let other = tokio::time::timeout(waits, happen(&beside, "other")).await;
    assert_eq!(other.expect("in time").unwrap(), 1);
    let outcome = cut_off.await.unwrap();
    assert!(matches!(outcome, Err(Error::Unknown(_))), "{outcome:?}");
    assert_eq!(names(&beside, 0).await, ["other"]);
}
