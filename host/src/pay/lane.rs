//! The lane of a contract: its events are paid one after the other, by one host
//! at a time. The lease keeps hosts out of each other's way; that nothing is
//! paid twice is held by the lane's version, which every commit rests on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::Error;
use super::payees::Parties;
use super::turn::Turn;
use crate::domain::book::Book;
use crate::domain::calendar::Period;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{ContractId, DeadlineId, ManufacturerId, PartnerId};
use crate::domain::ledger::{self, PeriodRecord, PeriodState};
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Plans};
use crate::store;
use crate::store::changes::{Changes, Command, Guard};

/// How often somebody who waits tries to take a lane, and how long between.
const TRIES_MAX: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

pub(super) struct Lane<'a> {
    pub host: &'a Host,
    pub plans: Plans,
    pub parties: Parties,
    pub periods: Vec<PeriodRecord>,
    at: ledger::Lane,
    lease: String,
    leased_until: AtomicI64,
    pub turn: Turn,
}

impl<'a> Lane<'a> {
    /// Takes the contract's lane; none while somebody else has it.
    pub async fn take(
        host: &'a Host,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Option<Self>, Error> {
        let now = host.clock.now();
        let lease: DeadlineId = host.ids.next(now);
        let lease = lease.as_str().to_owned();
        let force = host.contract(manufacturer, contract).await?;
        let until = Micros(now.0.saturating_add(host.lane_lease_micros));
        let Some(at) = host
            .store
            .lease_lane(manufacturer, contract, &lease, now, until)
            .await?
        else {
            return Ok(None);
        };
        let periods = host.store.periods(manufacturer, contract).await?;
        let parties = Parties::load(host, &force).await?;
        let plans = Plans::load(host, force).await?;
        Ok(Some(Self {
            host,
            plans,
            parties,
            periods,
            at,
            lease,
            leased_until: AtomicI64::new(until.0),
            turn: Turn::default(),
        }))
    }

    /// Takes the contract's lane for somebody who waits: the host's own work there is
    /// done in a moment.
    ///
    /// # Errors
    /// `Busy` where it goes on for longer.
    pub async fn take_patiently(
        host: &'a Host,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Self, Error> {
        for _ in 0..TRIES_MAX {
            if let Some(lane) = Self::take(host, manufacturer, contract).await? {
                return Ok(lane);
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        Err(Error::Busy)
    }

    /// The lane as it is, for whoever changes nothing in it: nobody is kept out.
    pub async fn look(
        host: &'a Host,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Self, Error> {
        let force = host.contract(manufacturer, contract).await?;
        let at = host.store.lane(manufacturer, contract).await?;
        let periods = host.store.periods(manufacturer, contract).await?;
        let parties = Parties::load(host, &force).await?;
        let plans = Plans::load(host, force).await?;
        Ok(Self {
            host,
            plans,
            parties,
            periods,
            at,
            lease: String::new(),
            leased_until: AtomicI64::new(i64::MAX),
            turn: Turn::default(),
        })
    }

    /// A sign that this host is at it; to be given more often than a lease runs
    /// out. Half of the lease is as good as all of it.
    ///
    /// # Errors
    /// `Busy` where the lease has run out, and another host has the lane.
    pub async fn keep(&self) -> Result<(), Error> {
        let now = self.host.clock.now();
        let left = self
            .leased_until
            .load(Ordering::Relaxed)
            .saturating_sub(now.0);
        if left > self.host.lane_lease_micros / 2 {
            return Ok(());
        }
        let until = Micros(now.0.saturating_add(self.host.lane_lease_micros));
        let ledger::Lane {
            manufacturer,
            contract,
            ..
        } = &self.at;
        let store = &self.host.store;
        store
            .lease_lane(manufacturer, contract, &self.lease, now, until)
            .await?
            .ok_or(Error::Busy)?;
        self.leased_until.store(until.0, Ordering::Relaxed);
        Ok(())
    }

    /// Gives the lane back. What was done at it stands, whatever comes of this.
    pub async fn give_back(self) {
        let given_back = self.host.store.release_lane(&self.at, &self.lease).await;
        if let Err(error) = given_back {
            tracing::warn!(
                contract = self.force().contract.code,
                "a lane was not given back; its lease ends by itself: {error}"
            );
        }
    }

    /// The contract as it is in force now.
    pub fn force(&self) -> &InForce {
        self.plans.force()
    }

    /// The book as the last who paid here has left it, unless the lane was
    /// changed since.
    pub fn kept_book(&self) -> Option<Book> {
        self.host
            .take_book(&self.force().contract.id, self.at.version)
    }

    /// Keeps the book for whoever pays here next.
    pub fn keep_book(&self, book: Book) {
        let contract = &self.force().contract.id;
        self.host.keep_book(contract, self.at.version, book);
    }

    /// Of the last event that was looked at.
    pub fn position(&self) -> i64 {
        self.at.position
    }

    /// Commits what was computed, if nobody has been at the lane meanwhile.
    pub async fn commit(&mut self, changes: Changes) -> Result<(), Error> {
        let position = self.at.position;
        self.commit_up_to(position, changes).await
    }

    /// The same, and the events up to `position` are dealt with.
    pub async fn commit_up_to(&mut self, position: i64, mut changes: Changes) -> Result<(), Error> {
        if self.host.is_throwaway {
            changes.decisions.clear();
        }
        let contract = &self.force().contract;
        let next = ledger::Lane {
            position,
            version: self.at.version + 1,
            ..self.at.clone()
        };
        changes
            .guards
            .push(Guard::Lane(contract.id.clone(), self.at.version));
        changes.lanes.push(next.clone());
        let manufacturer = contract.manufacturer.clone();
        for period in &changes.periods {
            match self
                .periods
                .iter_mut()
                .find(|known| known.name == period.name)
            {
                Some(known) => *known = period.clone(),
                None => self.periods.push(period.clone()),
            }
        }
        let command = Command {
            manufacturer,
            changes,
        };
        match self.host.store.commit(command).await {
            Ok(_) => {}
            // The lease has run out, and another host went on.
            Err(store::Error::Stale { .. }) => return Err(Error::Busy),
            Err(error) => return Err(error.into()),
        }
        self.at = next;
        Ok(())
    }

    /// The end of the last closed period: what occurred before is late.
    pub fn closed_until(&self) -> Option<Micros> {
        self.periods
            .iter()
            .filter(|period| period.state == PeriodState::Closed)
            .map(|period| period.ends)
            .max()
    }

    pub fn period_of(&self, at: Micros) -> Result<Period, Error> {
        Ok(self.plans.periods().of(at)?)
    }

    /// The plan that pays what occurs in a period and concerns the partner; without
    /// one, the plan that is in force for all.
    pub async fn plan_of(
        &self,
        period: &Period,
        partner: Option<&PartnerId>,
    ) -> Result<Arc<InForce>, Error> {
        let plan = self.plans.of_period(self.host, period.begins, partner);
        Ok(plan.await?)
    }

    /// Whether compensation is asked about the event.
    pub fn is_paid(&self, event: &Event) -> bool {
        if EventCode::PAID
            .iter()
            .any(|code| code.as_str() == event.code)
        {
            return true;
        }
        let terms = &self.force().terms;
        terms.events.iter().any(|own| own.code == event.code)
            || super::wake::component(event).is_some()
    }
}
