//! A contract as it is in force, written as the file that would make it so.

use std::collections::{BTreeMap, HashMap};

use super::document::{BindingTable, ContractTable, Document, Named, PartnerTable};
use crate::contracts::{Error, attributes, binding, terms};
use crate::domain::contract::Contract;
use crate::domain::generation::Standing;
use crate::domain::ids::PartnerId;
use crate::domain::partner::{Participant, Partner};
use crate::host::Host;

/// What a contract is now. Plugins are named by their digests; people, and whoever is on
/// leave, are left out.
///
/// # Errors
/// `Store`, or a configuration that is no JSON any more.
pub async fn written(host: &Host, contract: &Contract) -> Result<Document, Error> {
    let maker = host.store.manufacturer(&contract.manufacturer).await?;
    let maker = maker.ok_or(Error::NotFound {
        what: "manufacturer",
    })?;
    let (_, terms) = terms::current(host, contract).await?;
    let participants = host
        .store
        .participants(&contract.manufacturer, &contract.id)
        .await?;
    let codes: HashMap<PartnerId, String> = participants
        .iter()
        .map(|(_, partner)| (partner.id.clone(), partner.code.clone()))
        .collect();
    let mut bindings = BTreeMap::new();
    for stands in binding::in_force(host, contract).await? {
        if stands.standing != Standing::Active {
            continue;
        }
        let bound = stands.binding;
        let configuration = serde_json::from_str(&bound.configuration);
        let configuration = configuration.map_err(|error| {
            let message = format!("its configuration cannot be read: {error}");
            Error::invalid(format!("/bindings/{}", bound.slot), message)
        })?;
        let table = BindingTable {
            plugin: bound.plugin_digest,
            configuration: Some(configuration),
            from: None,
        };
        bindings.insert(bound.slot, table);
    }
    Ok(Document {
        manufacturer: Named {
            code: maker.code,
            name: maker.name,
        },
        contract: ContractTable {
            code: contract.code.clone(),
            name: contract.name.clone(),
            test: contract.test,
        },
        terms,
        partners: participants
            .iter()
            .map(|(footing, partner)| table(footing, partner, &codes))
            .collect(),
        people: Vec::new(),
        places: Vec::new(),
        bindings,
    })
}

/// A partner with its footing. One above that has none in the contract is not named.
fn table(
    footing: &Participant,
    partner: &Partner,
    codes: &HashMap<PartnerId, String>,
) -> PartnerTable {
    PartnerTable {
        code: partner.code.clone(),
        name: partner.name.clone(),
        parent: partner
            .parent
            .as_ref()
            .and_then(|parent| codes.get(parent))
            .cloned(),
        country: partner.country.clone(),
        postcode: partner.postcode.clone(),
        latitude: partner.position.map(|position| position.latitude),
        longitude: partner.position.map(|position| position.longitude),
        level: footing.level.clone(),
        capacity: footing.capacity,
        certificates: footing.certificates.iter().cloned().collect(),
        attributes: attributes::plain(&footing.attributes),
    }
}
