//! A lead without the person.

use super::AsOf;
use crate::domain::lead::Lead;
use crate::policy::question::{self, Coordinate};
use crate::store::{self, Store};

/// The lead as every policy is told it.
pub async fn lead(
    store: &Store,
    as_of: &AsOf<'_>,
    lead: &Lead,
) -> Result<question::Lead, store::Error> {
    let teaser = &lead.teaser;
    let centroid = match (&teaser.country, &teaser.postcode) {
        (Some(country), Some(postcode)) => store
            .place(&lead.manufacturer, country, postcode)
            .await?
            .map(|position| Coordinate {
                latitude: position.latitude,
                longitude: position.longitude,
            }),
        _ => None,
    };
    Ok(question::Lead {
        reference: lead.id.as_str().to_owned(),
        cycle: lead.cycle,
        age: as_of.age(lead.received_at),
        product: teaser.product.clone(),
        source: teaser.source.clone(),
        country: teaser.country.clone(),
        postcode: teaser.postcode.clone(),
        centroid,
        value: teaser.value,
        attributes: as_of.attributes(&teaser.attributes),
    })
}
