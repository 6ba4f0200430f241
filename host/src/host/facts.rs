//! What partners have done, kept in memory and brought up to date by committed
//! events, other hosts' too.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::Host;
use crate::domain::figure::Facts;
use crate::domain::happening::Positioned;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::store;

/// Events read in one statement.
const EVENTS_AT_ONCE: u32 = 2_000;
/// Positions after which what was counted is kept again: a host that starts has
/// at most so many to count anew.
const KEPT_EVERY: i64 = 50_000;

/// The facts of one contract, shared by all who ask for them.
#[derive(Default)]
pub struct KnownFacts {
    facts: RwLock<Facts>,
    /// Position of what was kept last.
    kept: AtomicI64,
}

impl KnownFacts {
    /// To be held for a moment only: whoever brings the facts up to date waits.
    pub fn read(&self) -> RwLockReadGuard<'_, Facts> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes events in, in the order of positions.
    pub fn add(&self, events: &[Positioned]) {
        let mut facts = self.facts.write().unwrap_or_else(PoisonError::into_inner);
        for positioned in events {
            facts.add(positioned.position, &positioned.event);
        }
    }
}

impl Host {
    /// The contract's facts, as of the events up to a position at least, or of all
    /// that are committed now.
    pub async fn facts(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        committed: Option<i64>,
    ) -> Result<Arc<KnownFacts>, store::Error> {
        let read = async |known: Option<Arc<KnownFacts>>| {
            let known = match known {
                Some(known) => known,
                None => self.facts_kept(manufacturer, contract).await?,
            };
            loop {
                let after = known.read().position;
                if committed.is_some_and(|committed| committed <= after) {
                    break;
                }
                let events = self
                    .store
                    .events_of_contract(manufacturer, contract, after, EVENTS_AT_ONCE)
                    .await?;
                known.add(&events);
                if (events.len() as u32) < EVENTS_AT_ONCE {
                    break;
                }
            }
            self.keep_facts(manufacturer, contract, &known);
            Ok(known)
        };
        self.known(contract).facts.read(read).await
    }

    /// Counts what many events have added, in portions: the first to ask for the
    /// facts would wait for all of it. `committed` is the last event's position.
    pub async fn count_up_to(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        committed: i64,
    ) -> Result<(), store::Error> {
        let found = self.known(contract).facts.found();
        let counted = found.map_or(0, |facts| facts.read().position);
        if committed - counted >= KEPT_EVERY {
            self.facts(manufacturer, contract, Some(committed)).await?;
        }
        Ok(())
    }

    /// As a host has kept them; none where there are none that can be read.
    async fn facts_kept(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Arc<KnownFacts>, store::Error> {
        let kept = self
            .store
            .counted(manufacturer, contract, Facts::FORM)
            .await?
            .unwrap_or_default();
        let facts: Facts = ciborium::from_reader(kept.as_slice()).unwrap_or_default();
        Ok(Arc::new(KnownFacts {
            kept: AtomicI64::new(facts.position),
            facts: RwLock::new(facts),
        }))
    }

    /// Keeps the facts beside the requests, when many have come since the last
    /// time. That it fails costs time at the next start, nothing else.
    fn keep_facts(&self, manufacturer: &ManufacturerId, contract: &ContractId, known: &KnownFacts) {
        let position = known.read().position;
        if self.is_throwaway || position - known.kept.load(Ordering::Relaxed) < KEPT_EVERY {
            return;
        }
        known.kept.store(position, Ordering::Relaxed);
        let facts = known.read().clone();
        let (store, manufacturer) = (self.store.clone(), manufacturer.clone());
        let contract = contract.clone();
        tokio::spawn(async move {
            let written = tokio::task::spawn_blocking(move || {
                let mut document = Vec::new();
                ciborium::into_writer(&facts, &mut document).map(|()| document)
            });
            let Ok(Ok(document)) = written.await else {
                tracing::warn!(%contract, "what was counted could not be written");
                return;
            };
            let kept = store
                .keep_counted(&manufacturer, &contract, Facts::FORM, position, document)
                .await;
            if let Err(error) = kept {
                tracing::warn!(%contract, "what was counted could not be kept: {error}");
            }
        });
    }
}
