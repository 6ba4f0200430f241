//! A lead without the person.

use super::super::Host;
use super::AsOf;
use crate::domain::address;
use crate::domain::lead::{Contact, Lead};
use crate::domain::partner::Position;
use crate::domain::terms::Terms;
use crate::policy::question::{self, ContactField, Coordinate, FieldState};
use crate::store;

/// Where the lead is: the place of its postcode.
pub async fn seat(host: &Host, lead: &Lead) -> Result<Option<Position>, store::Error> {
    match (&lead.teaser.country, &lead.teaser.postcode) {
        (Some(country), Some(postcode)) => host.place(&lead.manufacturer, country, postcode).await,
        _ => Ok(None),
    }
}

/// What people wrote about the lead: with it, and when they reported. `assess` is told it
/// where the terms allow that; none else.
pub fn free_text<'a>(terms: &Terms, contact: &'a Contact) -> Option<&'a str> {
    let note = contact
        .note
        .as_deref()
        .filter(|note| !note.trim().is_empty());
    note.filter(|_| terms.free_text)
}

/// The lead as every policy is told it.
pub fn lead(as_of: &AsOf<'_>, lead: &Lead, seat: Option<Position>) -> question::Lead {
    let teaser = &lead.teaser;
    question::Lead {
        reference: lead.id.as_str().to_owned(),
        cycle: lead.cycle,
        age: as_of.age(lead.received_at),
        product: teaser.product.clone(),
        source: teaser.source.clone(),
        country: teaser.country.clone(),
        postcode: teaser.postcode.clone(),
        centroid: seat.map(|position| Coordinate {
            latitude: position.latitude,
            longitude: position.longitude,
        }),
        value: teaser.value,
        attributes: as_of.attributes(&teaser.attributes),
    }
}

/// Which of the contact's fields are there, and whether they can be right.
pub fn contact(lead: &Lead, contact: &Contact) -> Vec<ContactField> {
    let country = lead.teaser.country.as_deref();
    [
        ("name", &contact.name),
        ("email", &contact.email),
        ("phone", &contact.phone),
        ("company", &contact.company),
        ("street", &contact.street),
        ("city", &contact.city),
    ]
    .into_iter()
    .filter_map(|(name, field)| {
        let field = field.as_deref().filter(|text| !text.trim().is_empty())?;
        let valid = match name {
            "email" => address::normal_email(field).is_some(),
            "phone" => address::normal_phone(field, country).is_some(),
            _ => true,
        };
        let state = if valid {
            FieldState::Valid
        } else {
            FieldState::Invalid
        };
        Some(ContactField {
            name: name.to_owned(),
            state,
        })
    })
    .collect()
}
