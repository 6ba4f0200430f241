//! What partners have done, kept in memory and brought up to date by committed
//! events, other hosts' too.

use std::sync::{Arc, PoisonError};

use super::Host;
use crate::domain::figure::Facts;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::store;

/// Events read in one statement.
const EVENTS_AT_ONCE: u32 = 2_000;

impl Host {
    /// The contract's facts, as of the events that are committed now.
    pub async fn facts(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Arc<Facts>, store::Error> {
        let known = self
            .facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(contract)
            .cloned()
            .unwrap_or_default();
        let mut facts = known.clone();
        loop {
            let events = self
                .store
                .events_of_contract(manufacturer, contract, facts.position, EVENTS_AT_ONCE)
                .await?;
            let last = (events.len() as u32) < EVENTS_AT_ONCE;
            if !events.is_empty() {
                let own = Arc::make_mut(&mut facts);
                for positioned in &events {
                    own.add(positioned.position, &positioned.event);
                }
            }
            if last {
                break;
            }
        }
        if facts.position > known.position {
            let mut all = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = all.entry(contract.clone()).or_default();
            // Another request may have been faster.
            if kept.position < facts.position {
                *kept = facts.clone();
            }
        }
        Ok(facts)
    }
}
