//! Makes a slot what the folder says.

use super::document::Place;
use super::read::{Content, PluginSource};
use crate::contracts::binding::{self, Wanted, When};
use crate::contracts::{Error, plugin};
use crate::domain::contract::Binding;
use crate::host::{Host, Origin};
use crate::policy::canonical::canonical_json;
use crate::store;

/// Why it is not.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No file takes up again what somebody or the host itself has taken out of
    /// force: a server that starts would do it.
    #[error("generation {0} is the same, and was rolled back or quarantined")]
    Bad(i64),
    #[error(transparent)]
    Agreement(#[from] Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Agreement(error.into())
    }
}

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
pub async fn apply(host: &Host, place: &Place, content: &Content) -> Result<Applied, Refused> {
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
    let course = courses.get(&place.slot).cloned().unwrap_or_default();
    let component = plugin::resolve(host, &manufacturer, &plugin, None).await?;
    let configuration = match &content.configuration {
        Some(configuration) => configuration,
        None => &component.plugin.manifest().configuration.default,
    };
    // The last one that is the same: it may have been taken up again since.
    let earlier = host
        .store
        .generations(&manufacturer, &contract, &place.slot)
        .await?;
    let is_same = |earlier: &&Binding| {
        earlier.plugin_digest == component.plugin.digest()
            && canonical_json(configuration).is_ok_and(|text| text == earlier.configuration)
    };
    if let Some(same) = earlier.iter().rfind(is_same)
        && course.is_bad(same.generation)
        && course.in_force(host.clock.now()) != Some(same.generation)
    {
        return Err(Refused::Bad(same.generation));
    }
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
        is_known: bound.binding.generation < course.generation_next(),
        waits: bound.waits,
        plugin: bound.plugin,
    })
}
