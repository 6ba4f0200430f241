//! What this host runs, as it says of itself, and how it learns of changes without
//! being asked for anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use super::in_force::{InForce, Slot};
use super::wanted::needed;
use super::{ContractError, Host, KnownContract};
use crate::domain::generation::Standing;
use crate::domain::host::{HostRecord, LoadError, Running};
use crate::domain::ids::{ContractId, HostId, ManufacturerId};
use crate::policy::{Code, Kind, PolicyError};

/// How far a generation came that ended with this error.
pub(super) fn stage_of(error: &PolicyError) -> Standing {
    use Code::{
        PluginBadWasm, PluginForbiddenImport, PluginKindMismatch, PluginTooLarge,
        PluginUnsupportedFeature, PluginUnsupportedInterface,
    };
    match error.code {
        PluginTooLarge
        | PluginBadWasm
        | PluginForbiddenImport
        | PluginKindMismatch
        | PluginUnsupportedInterface
        | PluginUnsupportedFeature => Standing::Uploaded,
        // The machine could not make native code of it, or could do nothing at all.
        Code::HostInternal | Code::HostOverloaded | Code::HostDeadline => Standing::Verified,
        _ => Standing::Compiled,
    }
}

impl Host {
    /// How this host goes on record under a name.
    pub fn begin_record(&self, name: String) -> HostRecord {
        let now = self.clock.now();
        HostRecord {
            id: self.ids.next(now),
            name,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: now,
            seen_at: now,
        }
    }

    /// What this host runs of each contract that it has served, under that name.
    pub fn running(&self, id: &HostId) -> BTreeMap<(ManufacturerId, ContractId), Vec<Running>> {
        let served = self.served();
        let told = served.iter().map(|(known, force)| {
            let contract = &force.contract;
            let key = (contract.manufacturer.clone(), contract.id.clone());
            (key, running(id, known, force))
        });
        told.collect()
    }

    /// The contracts that this host has served, each with what it serves now.
    fn served(&self) -> Vec<(Arc<KnownContract>, Arc<InForce>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let served = known
            .values()
            .filter_map(|known| Some((known.clone(), known.in_force.found()?)));
        served.collect()
    }

    /// Looks at a contract that another host says has changed, where this one has
    /// served it: what is new is ready before the next request.
    pub async fn follow(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<(), ContractError> {
        let is_served = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let known = known.get(contract);
            known.is_some_and(|known| known.in_force.found().is_some())
        };
        match is_served {
            true => self.contract(manufacturer, contract).await.map(drop),
            false => Ok(()),
        }
    }

    /// The same for every contract that this host has served and that is no longer
    /// as it was then.
    pub async fn follow_all(&self) -> Result<(), ContractError> {
        let mut served: BTreeMap<ManufacturerId, Vec<Arc<InForce>>> = BTreeMap::new();
        for (_, force) in self.served() {
            let of = force.contract.manufacturer.clone();
            served.entry(of).or_default().push(force);
        }
        let now = self.clock.now();
        for (manufacturer, forces) in served {
            let ids: Vec<ContractId> = forces
                .iter()
                .map(|force| force.contract.id.clone())
                .collect();
            let versions = self.store.versions_of(&manufacturer, &ids).await?;
            for force in forces {
                let id = &force.contract.id;
                let is_same = versions
                    .get(id)
                    .is_some_and(|versions| force.is_of(*versions, now));
                if is_same {
                    continue;
                }
                // Of what else is wrong with a contract its requests tell.
                if let Err(ContractError::Store(error)) = self.contract(&manufacturer, id).await {
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Waits until this host has taken something into use.
    pub async fn has_taken(&self) {
        self.taken.notified().await;
    }
}

fn running(id: &HostId, known: &KnownContract, force: &InForce) -> Vec<Running> {
    let contract = &force.contract;
    let row = |slot: &str, generation, stage| Running {
        host: id.clone(),
        manufacturer: contract.manufacturer.clone(),
        contract: contract.id.clone(),
        slot: slot.to_owned(),
        generation,
        runs: false,
        stage,
        error: None,
    };
    let failed_row = |slot: &str, generation, error: &PolicyError| Running {
        error: Some(LoadError {
            code: error.code.as_str().to_owned(),
            text: error.to_string(),
        }),
        ..row(slot, generation, stage_of(error))
    };
    let of_slot = |name: &str, slot: &Slot| match &slot.bound {
        Ok(_) => Running {
            runs: true,
            ..row(name, slot.generation, Standing::Ready)
        },
        Err(error) => failed_row(name, slot.generation, error),
    };
    let mut rows: BTreeMap<(String, i64), Running> = BTreeMap::new();
    let mut add = |row: Running| {
        let key = (row.slot.clone(), row.generation);
        rows.entry(key).or_insert(row);
    };
    for (name, slot) in &force.slots {
        add(of_slot(name, slot));
    }
    for (name, slot) in known.paying() {
        add(of_slot(&name, &slot));
    }
    let mut wanted: BTreeSet<(&str, i64)> = BTreeSet::new();
    for (name, beside) in &force.beside {
        for slot in beside.loaded() {
            add(row(name, slot.generation, Standing::Ready));
        }
        let needed = needed(&beside.course, force.taken_at);
        wanted.extend(
            needed
                .into_iter()
                .map(|generation| (name.as_str(), generation)),
        );
    }
    for ((slot, generation, terms), (error, _)) in known.failed().iter() {
        let is_now = *terms == contract.terms_version;
        if is_now && wanted.contains(&(slot.as_str(), *generation)) {
            add(failed_row(slot, *generation, error));
        }
    }
    for ((slot, generation, _), stage) in known.loading().iter() {
        if Kind::of_slot(slot) != Some(Kind::Compensation) {
            add(row(slot, *generation, *stage));
        }
    }
    rows.into_values().collect()
}
