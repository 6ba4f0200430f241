//! Look-ups that every request of a kind makes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use super::{ContractError, Host, InForce};
use crate::domain::access::Token;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::partner::Position;
use crate::store::{self, KeyUses};

/// Whose place, and where: country and postcode.
pub(super) type PlaceKey = (ManufacturerId, String, String);

impl Host {
    /// The token with that hash, whatever its state.
    pub async fn token_by_hash(&self, hash: String) -> Result<Option<Token>, store::Error> {
        let read = |hashes| self.store.tokens_by_hashes(hashes);
        self.tokens.find(hash, read).await
    }

    /// The contract of that code as it is in force now; none where there is none.
    pub async fn contract_by_code(
        &self,
        manufacturer: &ManufacturerId,
        code: &str,
    ) -> Result<Option<Arc<InForce>>, ContractError> {
        let key = (manufacturer.clone(), code.to_owned());
        if let Some(id) = self.contract_known_as(&key) {
            match self.contract(manufacturer, &id).await {
                Ok(force) if force.contract.code == code => return Ok(Some(force)),
                Ok(_) | Err(ContractError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(contract) = self.store.contract_by_code(manufacturer, code).await? else {
            return Ok(None);
        };
        self.know_as(key, contract.id.clone());
        self.contract(manufacturer, &contract.id).await.map(Some)
    }

    fn contract_known_as(&self, key: &(ManufacturerId, String)) -> Option<ContractId> {
        let codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.get(key).cloned()
    }

    fn know_as(&self, key: (ManufacturerId, String), id: ContractId) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.insert(key, id);
    }

    /// Where a postcode lies; none where it is not known.
    pub async fn place(
        &self,
        manufacturer: &ManufacturerId,
        country: &str,
        postcode: &str,
    ) -> Result<Option<Position>, store::Error> {
        let key = (
            manufacturer.clone(),
            country.to_owned(),
            postcode.to_owned(),
        );
        let read = |keys| self.places_of(keys);
        self.places.find(key, read).await
    }

    /// The leads of a contract to which duplicate keys belong, by key; keys that
    /// no lead has are left out.
    pub async fn leads_of_keys(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        digests: Vec<String>,
    ) -> Result<KeyUses, store::Error> {
        if digests.is_empty() {
            return Ok(KeyUses::new());
        }
        let read = |asked| self.uses_of(manufacturer, contract, asked);
        let known = self.known(contract);
        let found = known.duplicates.find(digests, read).await?;
        Ok(found.unwrap_or_default())
    }

    async fn places_of(
        &self,
        keys: Vec<PlaceKey>,
    ) -> Result<HashMap<PlaceKey, Position>, store::Error> {
        let mut of_each: HashMap<ManufacturerId, Vec<(&str, &str)>> = HashMap::new();
        for (manufacturer, country, postcode) in &keys {
            let of_it = of_each.entry(manufacturer.clone()).or_default();
            of_it.push((country, postcode));
        }
        let mut found = HashMap::new();
        for (manufacturer, postcodes) in of_each {
            for place in self.store.places_among(&manufacturer, &postcodes).await? {
                let key = (manufacturer.clone(), place.country, place.postcode);
                found.insert(key, place.position);
            }
        }
        Ok(found)
    }

    /// Of each lead's keys, whoever else uses them.
    async fn uses_of(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        asked: Vec<Vec<String>>,
    ) -> Result<HashMap<Vec<String>, KeyUses>, store::Error> {
        let all: Vec<String> = asked.iter().flatten().cloned().collect();
        let found = self
            .store
            .leads_of_keys(manufacturer, contract, &all)
            .await?;
        let uses = |digests: &Vec<String>| -> KeyUses {
            let known = digests
                .iter()
                .filter_map(|digest| found.get_key_value(digest));
            known
                .map(|(digest, uses)| (digest.clone(), uses.clone()))
                .collect()
        };
        Ok(asked
            .into_iter()
            .map(|digests| {
                let uses = uses(&digests);
                (digests, uses)
            })
            .collect())
    }
}
