//! Looks at what a server's levels are now: what waits, what is in use, what is
//! in force.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use super::{Host, InForce, KnownContract};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::metrics;
use crate::metrics::contracts::{CONTRACTS_MAX, OTHERS, Waiting};
use crate::store;

impl Host {
    /// Sets every gauge to what is so now. What this host knows by itself is set
    /// even where the database does not answer.
    ///
    /// # Errors
    /// What the database said.
    pub async fn observe(&self) -> Result<(), store::Error> {
        metrics::process::look();
        let usage = self.store.usage();
        metrics::store::connections(
            usage.connections_in_use,
            usage.connections_idle,
            usage.connections_max,
        );
        metrics::commits::waiting(usage.commands_waiting);
        self.engine.observe();
        metrics::contracts::live(self.engine.live(), self.draining.count());
        let observed = self.observe_database().await;
        metrics::store::reachable(observed.is_ok());
        observed
    }

    async fn observe_database(&self) -> Result<(), store::Error> {
        let now = self.clock.now();
        let due = self.store.next_due().await?;
        metrics::worker::oldest_due(due.map_or(0.0, |due| seconds(due, now)));
        let feeds = self.store.feeds().await?;
        for feed in &feeds {
            metrics::store::feed(&feed.code, feed.position);
        }
        let codes: HashMap<ManufacturerId, String> = feeds
            .into_iter()
            .map(|feed| (feed.manufacturer, feed.code))
            .collect();
        self.observe_contracts(now, &codes).await?;
        self.observe_generations();
        Ok(())
    }

    async fn observe_contracts(
        &self,
        now: Micros,
        codes: &HashMap<ManufacturerId, String>,
    ) -> Result<(), store::Error> {
        let mut manual: BTreeMap<ContractId, (i64, f64)> = BTreeMap::new();
        for queue in self.store.manual_queues().await? {
            let waiting = (queue.leads, seconds(queue.since, now));
            manual.insert(queue.contract, waiting);
        }
        let limit = u32::try_from(CONTRACTS_MAX).unwrap_or(u32::MAX);
        for watched in self.store.watched_contracts(limit).await? {
            let Some(code) = codes.get(&watched.manufacturer) else {
                continue;
            };
            let unpaid = || {
                watched
                    .unpaid_since
                    .map_or(0.0, |since| seconds(since, now))
            };
            let (manual_leads, manual_seconds) =
                manual.remove(&watched.contract).unwrap_or_default();
            metrics::contracts::waiting(&Waiting {
                manufacturer: code,
                contract: &watched.code,
                manual_leads,
                manual_seconds,
                unpaid_seconds: watched.pays.then(unpaid),
            });
        }
        let others = manual.values();
        metrics::contracts::waiting(&Waiting {
            manufacturer: OTHERS,
            contract: OTHERS,
            manual_leads: others.clone().map(|(leads, _)| leads).sum(),
            manual_seconds: others.map(|(_, seconds)| *seconds).fold(0.0, f64::max),
            unpaid_seconds: None,
        });
        Ok(())
    }

    /// What this host has in force, of routing and of what pays.
    fn observe_generations(&self) {
        let known: Vec<Arc<KnownContract>> = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.values().cloned().collect()
        };
        let all: Vec<Arc<InForce>> = known
            .iter()
            .flat_map(|known| known.plans_in_use())
            .collect();
        let mut in_force: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        for force in &all {
            for (name, slot) in &force.slots {
                // Older plans are kept for periods that are computed again.
                let newest = in_force
                    .entry((&force.manufacturer, &force.contract.code, name))
                    .or_default();
                *newest = slot.generation.max(*newest);
            }
        }
        for ((manufacturer, contract, slot), generation) in in_force {
            metrics::contracts::generation(manufacturer, contract, slot, generation);
        }
    }
}

fn seconds(since: Micros, now: Micros) -> f64 {
    now.0.saturating_sub(since.0).max(0) as f64 / 1_000_000.0
}
