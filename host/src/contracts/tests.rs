//! What two who change the same at once may not do to each other.

use super::{Amendment, Error, partner, people, token};
use crate::clock::{Clock, Ids};
use crate::domain::ids::ManufacturerId;
use crate::domain::partner::Partner;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::store::{self, Store, StoreSettings};
use crate::testing;

/// Runs a check on SQLite, and on PostgreSQL where its programs are there.
async fn on_both<F, Fut>(check: F)
where
    F: Fn(Host, ManufacturerId) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let sqlite = StoreSettings::Sqlite {
        folder: folder.path().to_owned(),
    };
    let postgres = stellwerk_tests::postgres().map(|url| StoreSettings::Postgres { url });
    for settings in std::iter::once(sqlite).chain(postgres) {
        let store = Store::open(&settings).await.unwrap();
        let host = Host::new(
            store,
            testing::engine(),
            Clock::simulated(Micros(0)),
            Ids::seeded(1),
        );
        let maker = super::manufacturer::create(&host, "maker", "Maker", &Origin::host())
            .await
            .unwrap();
        check(host, maker.id).await;
    }
}

async fn add(host: &Host, maker: &ManufacturerId, code: &str) -> Result<Partner, Error> {
    let wanted = partner::Wanted {
        code: code.to_owned(),
        name: code.to_owned(),
        ..partner::Wanted::default()
    };
    let kept = partner::create(host, maker, &wanted, &Origin::host()).await?;
    Ok(kept.partner)
}

#[tokio::test]
async fn two_moves_at_once_make_no_circle() {
    on_both(async |host, maker| {
        let a = add(&host, &maker, "a").await.unwrap();
        let b = add(&host, &maker, "b").await.unwrap();
        let below = async |id, parent: &str| {
            let change = |wanted: &mut partner::Wanted| wanted.parent = Some(parent.to_owned());
            partner::change(&host, &maker, id, change, None, &Origin::host()).await
        };
        let (first, second) = tokio::join!(below(&a.id, "b"), below(&b.id, "a"));
        let refused: Vec<String> = [first, second]
            .into_iter()
            .filter_map(Result::err)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].contains("leads in a circle"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn partners_added_at_once_have_keys_of_their_own() {
    on_both(async |host, maker| {
        let (a, b, c) = tokio::join!(
            add(&host, &maker, "a"),
            add(&host, &maker, "b"),
            add(&host, &maker, "c"),
        );
        let mut keys: Vec<u64> = [a, b, c].map(|partner| partner.unwrap().key).to_vec();
        keys.sort_unstable();
        assert_eq!(keys, [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_made_while_the_role_ends_does_not_outlive_it() {
    on_both(async |host, maker| {
        let role = people::WantedRole {
            role: "auditor".to_owned(),
            partner: None,
        };
        let wanted = people::Wanted {
            email: "eva@example.com".to_owned(),
            name: "Eva".to_owned(),
            roles: vec![role.clone()],
        };
        let eva = people::create(&host, &maker, &wanted, &Origin::host())
            .await
            .unwrap();
        let wanted = token::Wanted {
            role: role.clone(),
            user: Some(eva.user.id.clone()),
            label: String::new(),
            days: 1,
        };
        let (making, ending) = (Origin::host(), Origin::host());
        let (_, ended) = tokio::join!(
            token::create(&host, &maker, &wanted, &making),
            people::end_role(&host, &maker, &eva.user.id, &role, &ending),
        );
        ended.unwrap();
        let tokens = host.store.tokens(Some(&maker), None, 10).await.unwrap();
        assert!(
            tokens.iter().all(|token| token.revoked_at.is_some()),
            "{tokens:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_amendment_that_rests_on_an_old_contract_is_refused_whole() {
    on_both(async |host, maker| {
        let wanted = super::contract::Wanted {
            code: "pumps".to_owned(),
            name: "Pumps".to_owned(),
            test: true,
        };
        let terms = crate::domain::terms::Terms::parse(
            r#"{"currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
                "levels": ["silver"]}"#,
        )
        .unwrap();
        let contract = super::contract::create(&host, &maker, &wanted, &terms, &Origin::host())
            .await
            .unwrap();
        let rename = |name: &str| {
            let mut amendment = Amendment::new(&host, &maker);
            let wanted = super::contract::Wanted {
                name: name.to_owned(),
                ..wanted.clone()
            };
            let renamed = amendment
                .contract(&host, Some(contract.clone()), &wanted)
                .unwrap();
            amendment.touch(renamed);
            amendment
        };
        let (first, second) = (rename("One"), rename("Two"));
        first.commit(&host, &Origin::host(), &()).await.unwrap();
        let stale = second.commit(&host, &Origin::host(), &()).await;
        assert!(
            matches!(stale, Err(store::Error::Stale { .. })),
            "{stale:?}"
        );
        let audit = host.store.audit(&maker, None, 10).await.unwrap();
        let lines: Vec<&str> = audit.iter().map(|entry| entry.change.as_str()).collect();
        assert_eq!(
            lines,
            [
                "+ manufacturer maker",
                "+ contract pumps",
                "+ terms of pumps, version 1",
                "~ contract pumps name: Pumps -> One",
            ]
        );
    })
    .await;
}
