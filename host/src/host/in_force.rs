//! A contract as it is in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Host;
use super::telling::AsOf;
use crate::domain::calendar::Calendar;
use crate::domain::contract::{Binding, Contract};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::terms::{Terms, TermsProblem};
use crate::domain::time::Micros;
use crate::policy::{Bound, Code, Kind, PolicyError};
use crate::store;

/// A contract with its terms and what is bound to its slots. A request takes it
/// once and keeps it to the end, so that a swap of rules in between cannot mix
/// two generations.
pub struct InForce {
    pub contract: Contract,
    /// The manufacturer's code.
    pub manufacturer: String,
    pub terms: Terms,
    pub calendar: Calendar,
    /// By slot name.
    pub slots: BTreeMap<String, Slot>,
}

/// Plugin and configuration in force for a slot.
#[derive(Clone)]
pub struct Slot {
    pub generation: i64,
    pub plugin_digest: String,
    pub configuration_digest: String,
    /// The error where this host could not load the binding.
    pub bound: Result<Arc<Bound>, PolicyError>,
}

/// Why a contract could not be taken into use.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error("there is no such contract")]
    NotFound,
    #[error("the stored terms of contract {0} cannot be read: {1}")]
    Terms(String, String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl InForce {
    /// The compensation components, by name.
    pub fn components(&self) -> impl Iterator<Item = (&str, &Slot)> {
        self.slots.iter().filter_map(|(name, slot)| {
            name.strip_prefix("compensation/")
                .map(|component| (component, slot))
        })
    }

    /// What the policy bound to a slot reads; nothing where none is.
    pub fn names(&self, slot: &str) -> Vec<Arc<str>> {
        match self.slots.get(slot).map(|slot| &slot.bound) {
            Some(Ok(bound)) => bound.vocabulary().words().to_vec(),
            _ => Vec::new(),
        }
    }

    /// An instant, by the contract's clock and calendar.
    pub fn as_of(&self, now: Micros) -> AsOf<'_> {
        AsOf {
            calendar: &self.calendar,
            now,
        }
    }
}

impl Host {
    /// The contract as it is in force now. Its row is read each time, so that a
    /// change that any host has made is seen; terms and policies are taken over
    /// from the last time where they are the same.
    pub async fn contract(
        &self,
        manufacturer: &ManufacturerId,
        id: &ContractId,
    ) -> Result<Arc<InForce>, ContractError> {
        let read = async |known: Option<Arc<InForce>>| {
            let contract = self
                .store
                .contract(manufacturer, id)
                .await?
                .ok_or(ContractError::NotFound)?;
            match known {
                Some(known) if known.contract == contract => Ok(known),
                known => Ok(Arc::new(
                    self.take_into_use(contract, known.as_deref()).await?,
                )),
            }
        };
        let found = self.known(id).in_force.read(read).await;
        if matches!(found, Err(ContractError::NotFound)) {
            self.forget(id);
        }
        found
    }

    /// With what is bound to the slots of routing; what pays is [`super::Plans`]'.
    async fn take_into_use(
        &self,
        contract: Contract,
        known: Option<&InForce>,
    ) -> Result<InForce, ContractError> {
        let mut bindings = self
            .store
            .bindings(&contract.manufacturer, &contract.id)
            .await?;
        bindings.retain(|binding| Kind::of_slot(&binding.slot) != Some(Kind::Compensation));
        let same_terms =
            known.filter(|known| known.contract.terms_version == contract.terms_version);
        self.put_together(contract, bindings, same_terms).await
    }

    /// A contract under its version of the terms, with these bindings.
    pub(super) async fn with_bindings(
        &self,
        contract: Contract,
        bindings: Vec<Binding>,
    ) -> Result<InForce, ContractError> {
        self.put_together(contract, bindings, None).await
    }

    async fn put_together(
        &self,
        contract: Contract,
        bindings: Vec<Binding>,
        same_terms: Option<&InForce>,
    ) -> Result<InForce, ContractError> {
        let terms = match same_terms {
            Some(known) => known.terms.clone(),
            None => self.read_terms(&contract).await?,
        };
        let manufacturer = match same_terms {
            Some(known) => known.manufacturer.clone(),
            None => self.code_of(&contract.manufacturer).await?,
        };
        let calendar = Calendar::of(&terms).map_err(|problems| unreadable(&contract, &problems))?;
        let mut slots = BTreeMap::new();
        for binding in bindings {
            let unchanged = same_terms
                .and_then(|known| known.slots.get(&binding.slot))
                .filter(|slot| slot.generation == binding.generation && slot.bound.is_ok());
            let slot = match unchanged {
                Some(slot) => slot.clone(),
                None => self.bind(&binding, &terms).await?,
            };
            slots.insert(binding.slot, slot);
        }
        Ok(InForce {
            contract,
            manufacturer,
            terms,
            calendar,
            slots,
        })
    }

    async fn code_of(&self, manufacturer: &ManufacturerId) -> Result<String, ContractError> {
        let found = self.store.manufacturer(manufacturer).await?;
        Ok(found.ok_or(ContractError::NotFound)?.code)
    }

    async fn read_terms(&self, contract: &Contract) -> Result<Terms, ContractError> {
        let version = self
            .store
            .terms(&contract.manufacturer, &contract.id, contract.terms_version)
            .await?
            .ok_or(ContractError::NotFound)?;
        Terms::kept(&version.document).map_err(|problems| unreadable(contract, &problems))
    }

    /// Loads the plugin and binds it. A failure concerns this slot alone.
    async fn bind(&self, binding: &Binding, terms: &Terms) -> Result<Slot, store::Error> {
        let component = self
            .store
            .plugin_bytes(&binding.manufacturer, &binding.plugin_digest)
            .await?;
        let bound = match component {
            Some(component) => self.load_and_bind(component, binding, terms).await,
            None => Err(PolicyError::new(
                Code::HostInternal,
                format!("the component {} is not stored", binding.plugin_digest),
            )),
        };
        if let Err(error) = &bound {
            tracing::error!(
                contract = %binding.contract,
                slot = binding.slot,
                generation = binding.generation,
                code = error.code.as_str(),
                "a binding could not be loaded: {error}"
            );
        }
        Ok(Slot {
            generation: binding.generation,
            plugin_digest: binding.plugin_digest.clone(),
            configuration_digest: binding.configuration_digest.clone(),
            bound,
        })
    }

    async fn load_and_bind(
        &self,
        component: Vec<u8>,
        binding: &Binding,
        terms: &Terms,
    ) -> Result<Arc<Bound>, PolicyError> {
        let plugin = self.engine.load(component.into()).await?;
        let configuration = serde_json::from_str(&binding.configuration)
            .map_err(|error| PolicyError::new(Code::ConfigInvalid, error.to_string()))?;
        self.engine
            .bind(&plugin, &configuration, &terms.canonical_json())
            .await
    }
}

fn unreadable(contract: &Contract, problems: &[TermsProblem]) -> ContractError {
    let text = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.pointer, problem.message))
        .collect::<Vec<_>>()
        .join("; ");
    ContractError::Terms(contract.code.clone(), text)
}
