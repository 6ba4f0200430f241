//! The partners of a contract, kept in memory while they are the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Host, InForce};
use crate::domain::column::HostColumn;
use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::partner::{Participant, Partner};
use crate::domain::time::Micros;
use crate::policy::question::Column;
use crate::store::{self, ClaimCounts};

/// A contract's partners that may be asked at all, by the partners' keys.
pub struct Roster {
    /// Counts what offers rest on: all of it but counters, and the versions of
    /// participants, which count claims too.
    partners_version: i64,
    pub rows: Vec<(Participant, Partner)>,
    /// Columns that are the same for every lead, by name.
    columns: Mutex<HashMap<Arc<str>, Option<Arc<Column>>>>,
}

impl Roster {
    fn new(partners_version: i64, rows: Vec<(Participant, Partner)>) -> Self {
        Self {
            partners_version,
            rows,
            columns: Mutex::default(),
        }
    }

    /// One of the partners alone; nobody where it is not among them.
    pub fn only(&self, partner: &PartnerId) -> Self {
        let of_it = |row: &&(Participant, Partner)| row.0.partner == *partner;
        let rows = self.rows.iter().filter(of_it).cloned().collect();
        Self::new(self.partners_version, rows)
    }

    /// A column that is made once.
    pub fn column(
        &self,
        name: &Arc<str>,
        make: impl FnOnce() -> Option<Column>,
    ) -> Option<Arc<Column>> {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        columns
            .entry(name.clone())
            .or_insert_with(|| make().map(Arc::new))
            .clone()
    }
}

/// How many claims each partner of a contract holds.
pub type Held = HashMap<PartnerId, ClaimCounts>;

impl Host {
    /// The partners that matching ranks, as of the contract in force.
    pub async fn roster(&self, force: &InForce) -> Result<Arc<Roster>, store::Error> {
        let Contract {
            manufacturer,
            id,
            partners_version,
            ..
        } = &force.contract;
        let counts = HostColumn::Counter.as_str();
        // A policy with a memory of its own has to see what it answered last.
        let remembers = force
            .names("matching")
            .iter()
            .any(|name| name.as_ref() == counts);
        let cache = &self.known(id).roster;
        let known = cache.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known
            && known.partners_version == *partners_version
            && !remembers
        {
            return Ok(known);
        }
        // Invariant: rows are read after the version that they are kept under.
        // Should they be newer, whoever rests on them is stale at the commit.
        let mut rows = self.store.participants(manufacturer, id).await?;
        rows.retain(|(participant, _)| participant.active);
        let roster = Arc::new(Roster::new(*partners_version, rows));
        *cache.lock().unwrap_or_else(PoisonError::into_inner) = Some(roster.clone());
        Ok(roster)
    }

    /// How many claims each partner of a contract holds now; those without any
    /// are left out.
    pub async fn held(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        now: Micros,
    ) -> Result<Arc<Held>, store::Error> {
        let read = async |_| {
            let held = self.store.claim_counts(manufacturer, contract, now).await?;
            Ok(Arc::new(held))
        };
        self.known(contract).held.read(read).await
    }
}
