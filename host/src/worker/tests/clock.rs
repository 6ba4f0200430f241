//! The host's clock is set while it works: back, forward, and back again.

use std::sync::atomic::Ordering;

use super::{MINUTE, World, on_both};
use crate::clock::Clock;
use crate::domain::attribute::Attributes;
use crate::domain::ids::LeadId;
use crate::domain::ledger::Lane;
use crate::domain::time::Micros;
use crate::pay;
use crate::routing::Origin;
use crate::routing::feedback::{Report, report};
use crate::store::changes::{Changes, Command, Guard};
use crate::store::{Error, LedgerFilter};

const HOUR: i64 = 60 * MINUTE;

impl World {
    /// Sets the clock by so much, forward or back.
    fn set_clock(&self, by: i64) {
        if let Clock::Simulated(micros) = &self.host.clock {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Works what is due by the clock as it is.
    async fn work(&self) -> usize {
        crate::worker::work_due(&self.host).await.unwrap()
    }

    /// The holder of the lead says that it has made contact, just now.
    async fn report_contact(&self, lead: &LeadId) -> Result<(), crate::routing::Error> {
        self.report(lead, "contacted").await
    }

    async fn report(&self, lead: &LeadId, code: &str) -> Result<(), crate::routing::Error> {
        let reported = Report {
            manufacturer: self.manufacturer.id.clone(),
            lead: lead.clone(),
            partner: self.read(lead).await.holder.unwrap(),
            code: code.to_owned(),
            occurred_at: None,
            attributes: Attributes::new(),
            note: None,
        };
        report(&self.host, &reported, &Origin::host())
            .await
            .map(|_| ())
    }

    /// How many postings there are.
    async fn postings(&self) -> usize {
        let filter = LedgerFilter {
            contract: self.contract.id.clone(),
            booked_period: None,
            component: None,
            account: None,
            partners: None,
            after: None,
            limit: 1_000,
        };
        let ledger = self.host.store.ledger(&self.manufacturer.id, &filter);
        ledger.await.unwrap().len()
    }

    async fn pay(&self) {
        pay::pay_waiting(&self.host).await.unwrap();
    }

    /// The feed has no gap, its order is that of the commits, and no identifier
    /// stands there twice.
    async fn feed_is_whole(&self) {
        let events = self
            .host
            .store
            .events(&self.manufacturer.id, 0, 1_000)
            .await
            .unwrap();
        let positions: Vec<i64> = events.iter().map(|found| found.position).collect();
        let expected: Vec<i64> = (1..=events.len() as i64).collect();
        assert_eq!(positions, expected);
        let ids: std::collections::BTreeSet<_> =
            events.iter().map(|found| found.event.id.clone()).collect();
        assert_eq!(ids.len(), events.len());
        let ids: Vec<_> = events.iter().map(|found| &found.event.id).collect();
        assert!(ids.is_sorted(), "in the order in which they were made");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_what_is_due_wait_and_nothing_else() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.wait(8);
        assert_eq!(world.work().await, 1);
        assert_eq!(world.reminders(&lead.id).await, 1);
        world.set_clock(-HOUR);
        // What has been done is not done again, and the next is not due yet.
        assert_eq!(world.work().await, 0);
        let claimed = world.lead().await;
        world.claim(&claimed).await.unwrap();
        world.report_contact(&claimed.id).await.unwrap();
        // Promised an hour and seven minutes ago by what the clock shows now.
        world.wait(60 + 6);
        world.work().await;
        let codes = world.codes(&lead.id).await;
        assert!(!codes.contains(&"lapsed".to_owned()), "{codes:?}");
        world.wait(2);
        world.work().await;
        let codes = world.codes(&lead.id).await;
        let lapses = codes.iter().filter(|code| *code == "lapsed").count();
        assert_eq!((world.reminders(&lead.id).await, lapses), (1, 1));
        world.feed_is_whole().await;
    }
}

#[tokio::test]
async fn a_clock_that_was_an_hour_ahead_has_done_nothing_twice_when_it_is_right_again() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.wait(1);
        world.set_clock(HOUR);
        // By this clock the promised quarter of an hour is over.
        while world.work().await > 0 {}
        let ahead = world.codes(&lead.id).await;
        assert!(ahead.contains(&"lapsed".to_owned()), "{ahead:?}");
        let claimed = world.lead().await;
        world.claim(&claimed).await.unwrap();
        world.set_clock(-HOUR);
        assert_eq!(world.work().await, 0);
        assert_eq!(world.codes(&lead.id).await, ahead);
        // A claim of what is now the future can be reported on at once.
        world.report_contact(&claimed.id).await.unwrap();
        assert_eq!(world.read(&claimed.id).await.state.as_str(), "working");
        // And whoever takes a lead now has the whole of the promised time.
        let now = world.host.clock.now();
        let next = world.lead().await;
        let deadlines = world
            .host
            .store
            .deadlines_of_lead(&world.manufacturer.id, &next.id)
            .await
            .unwrap();
        let claim = deadlines.iter().find(|deadline| deadline.key == "claim");
        assert_eq!(claim.unwrap().due_at, Micros(now.0 + 15 * MINUTE));
        world.feed_is_whole().await;
    }
}

#[tokio::test]
async fn hosts_whose_clocks_differ_do_no_deadline_twice() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.wait(8);
        // The host that is behind has it, and is slow.
        let leased = world.lease("behind").await;
        assert_eq!(leased.len(), 1);
        // To the one that is ahead the lease has ended.
        world.set_clock(HOUR);
        world.work().await;
        let ahead = world.codes(&lead.id).await;
        world.set_clock(-HOUR);
        assert!(
            crate::routing::due::work(&world.host, &leased[0])
                .await
                .is_err()
        );
        assert_eq!(world.codes(&lead.id).await, ahead);
        assert_eq!(world.reminders(&lead.id).await, 1);
        world.feed_is_whole().await;
    }
}

#[tokio::test]
async fn hosts_whose_clocks_differ_pay_no_event_twice() {
    for world in on_both().await {
        let lead = world.lead().await;
        world.claim(&lead).await.unwrap();
        world.report(&lead.id, "care-contact").await.unwrap();
        let (maker, contract) = (&world.manufacturer.id, &world.contract.id);
        // The host that is behind has the contract's money, and is slow.
        let now = world.host.clock.now();
        let until = Micros(now.0 + world.host.lane_lease_micros);
        let leased = world
            .host
            .store
            .lease_lane(maker, contract, "behind", now, until);
        let behind = leased.await.unwrap().unwrap();
        world.pay().await;
        assert_eq!(world.postings().await, 0, "it is not our turn");
        // To the one that is ahead the lease has ended.
        world.set_clock(HOUR);
        world.pay().await;
        let paid = world.postings().await;
        assert!(paid > 0);
        world.set_clock(-HOUR);
        let changes = Changes {
            guards: vec![Guard::Lane(contract.clone(), behind.version)],
            lanes: vec![Lane {
                version: behind.version + 1,
                ..behind
            }],
            ..Changes::default()
        };
        let too_late = world.host.store.commit(Command {
            manufacturer: maker.clone(),
            changes,
        });
        assert!(matches!(too_late.await, Err(Error::Stale { .. })));
        world.pay().await;
        assert_eq!(world.postings().await, paid);
        world.feed_is_whole().await;
    }
}
