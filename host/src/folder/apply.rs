//! Makes a slot what the folder says.

use super::document::Place;
use super::read::{Content, PluginSource};
use crate::contracts::binding::{self, Wanted, When};
use crate::contracts::{Error, plugin};
use crate::host::{Host, Origin};

/// What is in force now.
pub struct Applied {
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub generation: i64,
    /// Whether it was in force before.
    pub is_known: bool,
    /// Whether a second person has to agree before it is in force.
    pub waits: bool,
}

/// Puts it in force, as the host's own doing.
pub async fn apply(host: &Host, place: &Place, content: &Content) -> Result<Applied, Error> {
    let manufacturer = host
        .store
        .manufacturer_by_code(&place.manufacturer)
        .await?
        .ok_or(Error::NotFound {
            what: "manufacturer",
        })?
        .id;
    let contract = host
        .store
        .contract_by_code(&manufacturer, &place.contract)
        .await?
        .ok_or(Error::NotFound { what: "contract" })?
        .id;
    let plugin = match &content.plugin {
        PluginSource::Known(name) => name.clone(),
        PluginSource::Component(bytes) => {
            let origin = Origin::host();
            let uploaded = plugin::upload(host, &manufacturer, bytes.clone(), &origin).await?;
            uploaded.record.digest
        }
    };
    let courses = host.store.courses(&manufacturer, &contract).await?;
    let next = courses
        .get(&place.slot)
        .map_or(1, |course| course.generation_next());
    let wanted = Wanted {
        slot: place.slot.clone(),
        plugin,
        configuration: content.configuration.clone(),
        comment: content.comment.clone(),
        limits: None,
        when: When::from(content.from),
    };
    let origin = Origin::host();
    let bound = binding::put(host, &manufacturer, &contract, &wanted, None, &origin).await?;
    Ok(Applied {
        generation: bound.binding.generation,
        is_known: bound.binding.generation < next,
        waits: bound.waits,
        plugin: bound.plugin,
    })
}
