//! The ladder with the real policies, the real store, and a clock that is moved.

mod candidates;
mod clock;
mod generations;
mod replaced;
mod start;

use std::time::Duration;

use super::{Sealing, WorkerSettings};
use crate::apply::{Document, apply};
use crate::clock::{Clock, Ids};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::contract::{Contract, Manufacturer};
use crate::domain::deadline::Leased;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Contact, Lead, Teaser};
use crate::domain::lifecycle::State;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::policy::{Engine, EngineSettings};
use crate::proof::KeyPlace;
use crate::routing::claim::{Claiming, claim};
use crate::routing::due;
use crate::routing::feedback::{Report, report};
use crate::routing::intake::{NewLead, Received, receive};
use crate::routing::{Error, Origin};
use crate::store::changes::{Changes, Command, KeptAnswer};
use crate::store::{Store, StoreSettings};
use crate::testing;

const MINUTE: i64 = 60_000_000;
/// Monday, 2 March 2026, 10:00 in Berlin.
const MONDAY: Micros = Micros(1_772_442_000_000_000);

struct World {
    host: Host,
    manufacturer: Manufacturer,
    contract: Contract,
    settings: StoreSettings,
    _folder: tempfile::TempDir,
}

impl World {
    /// The example contract, on a Monday morning.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = StoreSettings::Sqlite {
            folder: folder.path().join("data"),
        };
        Self::on(settings, folder).await
    }

    async fn on(settings: StoreSettings, folder: tempfile::TempDir) -> Self {
        let store = Store::open(&settings).await.unwrap();
        let host = Host::new(
            store,
            testing::engine(),
            Clock::simulated(MONDAY),
            Ids::seeded(1),
        );
        let document = Document::parse(include_str!("../../examples/heat-pumps.toml")).unwrap();
        apply(&host, &document, None, &Origin::host())
            .await
            .unwrap();
        let manufacturer = host
            .store
            .manufacturer_by_code("nordwaerme")
            .await
            .unwrap()
            .unwrap();
        let contract = host
            .store
            .contract_by_code(&manufacturer.id, "heat-pumps")
            .await
            .unwrap()
            .unwrap();
        Self {
            host,
            manufacturer,
            contract,
            settings,
            _folder: folder,
        }
    }

    /// The same data under another host, as after a restart.
    async fn restarted(mut self) -> Self {
        self.host.store.close().await;
        let store = Store::open(&self.settings).await.unwrap();
        let clock = self.host.clock.clone();
        self.host = Host::new(store, testing::engine(), clock, Ids::seeded(2));
        self
    }

    /// A hot lead, offered to the first wave.
    async fn lead(&self) -> Lead {
        self.receive(&self.host).await.unwrap().lead
    }

    async fn receive(&self, host: &Host) -> Result<Received, Error> {
        let new = NewLead {
            teaser: Teaser {
                product: Some("heat-pump".to_owned()),
                source: Some("configurator".to_owned()),
                country: Some("DE".to_owned()),
                postcode: Some("10115".to_owned()),
                value: Some(2_500_000),
                attributes: Attributes::from([
                    ("building-year".to_owned(), AttributeValue::Integer(1974)),
                    ("consent".to_owned(), AttributeValue::Flag(true)),
                ]),
                provenance: None,
            },
            contact: Contact {
                email: Some("eva@example.com".to_owned()),
                phone: Some("+49 30 901820".to_owned()),
                ..Contact::default()
            },
            ..NewLead::default()
        };
        receive(
            host,
            &self.manufacturer.id,
            &self.contract.id,
            &new,
            &Origin::host(),
        )
        .await
    }

    /// A host on the same data whose sandboxes have no room.
    fn overloaded(&self) -> Host {
        let engine = Engine::new(EngineSettings {
            slots: 1,
            waiting_max: 0,
            cache_folder: Some(stellwerk_tests::compiled().to_owned()),
            ..EngineSettings::default()
        });
        let clock = self.host.clock.clone();
        Host::new(
            self.host.store.clone(),
            engine.unwrap(),
            clock,
            Ids::seeded(3),
        )
    }

    /// Moves the clock on and works what is due.
    async fn pass(&self, minutes: i64) {
        self.wait(minutes);
        super::work_due(&self.host).await.unwrap();
    }

    /// Moves the clock on without anybody working.
    fn wait(&self, minutes: i64) {
        let now = self.host.clock.now();
        self.host.clock.advance_to(Micros(now.0 + minutes * MINUTE));
    }

    /// Takes what is due under a lease of a minute, and does nothing about it.
    async fn lease(&self, name: &str) -> Vec<Leased> {
        let now = self.host.clock.now();
        let until = Micros(now.0 + MINUTE);
        let leased = self.host.store.lease_due(now, until, name, 10).await;
        leased
            .unwrap()
            .into_iter()
            .map(|deadline| Leased {
                deadline,
                lease: name.to_owned(),
            })
            .collect()
    }

    async fn reminders(&self, lead: &LeadId) -> usize {
        let codes = self.codes(lead).await;
        codes.iter().filter(|code| *code == "reminded").count()
    }

    async fn codes(&self, lead: &LeadId) -> Vec<String> {
        self.host
            .store
            .events_of_lead(&self.manufacturer.id, lead)
            .await
            .unwrap()
            .into_iter()
            .map(|positioned| positioned.event.code)
            .collect()
    }

    async fn read(&self, lead: &LeadId) -> Lead {
        self.host
            .store
            .lead(&self.manufacturer.id, lead)
            .await
            .unwrap()
            .unwrap()
    }

    /// Claims for whoever is offered the lead first.
    async fn claim(&self, lead: &Lead) -> Result<(), Error> {
        let offers = self
            .host
            .store
            .offers_of_lead(&self.manufacturer.id, &lead.id, lead.cycle)
            .await
            .unwrap();
        let claiming = Claiming {
            manufacturer: self.manufacturer.id.clone(),
            lead: lead.id.clone(),
            partner: offers[0].partner.clone(),
            user: None,
            attributes: Attributes::new(),
        };
        claim(&self.host, &claiming, &Origin::host())
            .await
            .map(|_| ())
    }
}

#[tokio::test]
async fn a_lead_that_nobody_claims_climbs_to_the_manual_queue() {
    let world = World::new().await;
    let lead = world.lead().await;
    assert_eq!(lead.state, State::Offered);
    world.pass(8).await;
    assert_eq!(world.codes(&lead.id).await.last().unwrap(), "reminded");
    world.pass(8).await;
    assert!(world.codes(&lead.id).await.contains(&"lapsed".to_owned()));
    // A week is enough for every wave and every rung.
    for _ in 0..7 * 24 {
        world.pass(60).await;
    }
    let lead = world.read(&lead.id).await;
    assert_eq!(lead.manual.unwrap().code, "escalation.fallback");
    let told = world
        .codes(&lead.id)
        .await
        .iter()
        .filter(|code| *code == "told")
        .count();
    assert_eq!(told, 4, "three rungs and the customer");
}

#[tokio::test]
async fn a_claim_without_contact_is_taken_back() {
    let world = World::new().await;
    let lead = world.lead().await;
    world.claim(&lead).await.unwrap();
    world.pass(61).await;
    let codes = world.codes(&lead.id).await;
    assert!(codes.contains(&"recalled".to_owned()), "{codes:?}");
    assert!(world.claim(&lead).await.is_err());
}

#[tokio::test]
async fn a_deadline_is_worked_once_by_two_workers_at_once() {
    let world = World::new().await;
    let lead = world.lead().await;
    world.wait(8);
    let (one, two) = tokio::join!(super::work_due(&world.host), super::work_due(&world.host));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(world.reminders(&lead.id).await, 1);
}

#[tokio::test]
async fn without_room_for_a_call_nothing_is_written_and_all_is_tried_again() {
    let world = World::new().await;
    let overloaded = world.overloaded();
    let refused = world.receive(&overloaded).await.unwrap_err();
    assert_eq!(refused.code(), "host.overloaded");
    let manufacturer = &world.manufacturer.id;
    let events = world.host.store.events(manufacturer, 0, 10).await.unwrap();
    assert!(events.is_empty(), "{events:?}");

    let lead = world.lead().await;
    world.wait(8);
    super::work_due(&overloaded).await.unwrap();
    assert_eq!(world.reminders(&lead.id).await, 0);
    world.pass(1).await;
    assert_eq!(world.reminders(&lead.id).await, 1);
    assert!(world.read(&lead.id).await.manual.is_none());
}

/// A world on SQLite, and one on PostgreSQL where its programs are there.
async fn on_both() -> Vec<World> {
    let mut worlds = vec![World::new().await];
    if let Some(url) = stellwerk_tests::postgres() {
        let settings = StoreSettings::Postgres { url };
        worlds.push(World::on(settings, tempfile::tempdir().unwrap()).await);
    }
    worlds
}

#[tokio::test]
async fn a_host_that_was_too_slow_writes_nothing() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.wait(8);
        let leased = world.lease("slow").await;
        assert_eq!(leased.len(), 1);
        // Another host takes over when the lease has ended.
        world.wait(2);
        assert_eq!(super::work_due(&world.host).await.unwrap(), 1);
        assert!(due::work(&world.host, &leased[0]).await.is_err());
        assert_eq!(world.reminders(&lead.id).await, 1);
    }
}

#[tokio::test]
async fn what_a_host_took_before_it_broke_down_is_worked_once_after_all() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.wait(8);
        assert_eq!(world.lease("broken").await.len(), 1);
        let world = world.restarted().await;
        assert_eq!(super::work_due(&world.host).await.unwrap(), 0);
        world.wait(2);
        assert_eq!(super::work_due(&world.host).await.unwrap(), 1);
        assert_eq!(super::work_due(&world.host).await.unwrap(), 0);
        assert_eq!(world.reminders(&lead.id).await, 1);
    }
}

#[tokio::test]
async fn an_unworked_lead_counts_after_the_terms_limit() {
    let world = World::new().await;
    let lead = world.lead().await;
    world.pass(31 * 24 * 60).await;
    assert!(world.codes(&lead.id).await.contains(&"unworked".to_owned()));
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_then_forgotten() {
    let world = World::new().await;
    let manufacturer = &world.manufacturer.id;
    let command = Command {
        manufacturer: manufacturer.clone(),
        changes: Changes {
            answer: Some(KeptAnswer {
                actor: "token".to_owned(),
                key: "order-1".to_owned(),
                request_digest: "digest".to_owned(),
                status: 201,
                body: b"{}".to_vec(),
                at: MONDAY,
            }),
            ..Changes::default()
        },
    };
    world.host.store.commit(command).await.unwrap();
    for (minutes, kept) in [(0, true), (24 * 60, true), (1, false)] {
        let now = world.host.clock.now();
        world
            .host
            .clock
            .advance_to(Micros(now.0 + minutes * MINUTE));
        // Asked to stop from the beginning, it works once.
        let stop = std::future::ready(());
        let this = world.host.begin_record("leads-1:8080".to_owned());
        let sealing = Sealing {
            every: Duration::from_secs(10),
            key: KeyPlace::Database,
        };
        super::run(
            world.host.clone(),
            this,
            WorkerSettings::default(),
            sealing,
            stop,
        )
        .await;
        let answer = world
            .host
            .store
            .kept_answer(manufacturer, "token", "order-1")
            .await
            .unwrap();
        assert_eq!(answer.is_some(), kept);
    }
}

#[tokio::test]
async fn every_report_says_how_soon_the_claim_was_worked() {
    let world = World::new().await;
    // An hour is promised from claim to first contact.
    for (codes, minutes, in_time, worked_after) in [
        (["data-complete", "contacted"], 30, [true, true], vec![30]),
        (["data-complete", "contacted"], 90, [true, false], vec![90]),
        (
            ["contacted", "data-complete"],
            90,
            [false, false],
            vec![90, 90],
        ),
    ] {
        let lead = world.lead().await;
        world.claim(&lead).await.unwrap();
        let claimed = world.read(&lead.id).await;
        let now = world.host.clock.now();
        // The report before the last one came at once.
        let at = match codes[0] {
            "data-complete" => [now.0, now.0 + minutes * MINUTE],
            _ => [now.0 + minutes * MINUTE, now.0 + minutes * MINUTE],
        };
        world
            .host
            .clock
            .advance_to(Micros(now.0 + minutes * MINUTE));
        for (code, at) in codes.into_iter().zip(at) {
            let reported = Report {
                manufacturer: world.manufacturer.id.clone(),
                lead: lead.id.clone(),
                partner: claimed.holder.clone().unwrap(),
                code: code.to_owned(),
                occurred_at: Some(Micros(at)),
                attributes: Attributes::new(),
                note: None,
            };
            report(&world.host, &reported, &Origin::host())
                .await
                .unwrap();
        }
        let events = world
            .host
            .store
            .events_of_lead(&world.manufacturer.id, &lead.id)
            .await
            .unwrap();
        let said = |name: &str| -> Vec<AttributeValue> {
            let events = events.iter().map(|positioned| &positioned.event);
            let said = events.filter_map(|event| event.attributes.get(name));
            said.cloned().collect()
        };
        assert_eq!(
            said("within-sla"),
            in_time.map(AttributeValue::Flag),
            "{codes:?} after {minutes} minutes"
        );
        let seconds = worked_after
            .iter()
            .map(|minutes| AttributeValue::Integer(minutes * 60));
        assert_eq!(
            said("claim/worked-after-seconds"),
            Vec::from_iter(seconds),
            "{codes:?} after {minutes} minutes"
        );
        let hot = AttributeValue::Text("hot".to_owned());
        assert_eq!(said("claim/temperature"), [hot.clone(), hot]);
    }
}
