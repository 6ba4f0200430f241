//! The sender of a lead knows better.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::super::values::{PlainAttributes, typed};
use super::get::visible;
use super::view::LeadView;
use crate::domain::attribute::Attributes;
use crate::domain::ids::LeadId;
use crate::domain::terms::{Of, Terms};
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::{Caller, SENDERS};
use crate::http::body::{Json, Patch};
use crate::http::document;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::version::{IfMatch, tagged};
use crate::routing::change;
use crate::routing::intake::NewLead;

/// What is left out stays; null takes it away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeadChange {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    external_id: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    customer: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    product: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    source: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    country: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    postcode: Patch<String>,
    /// Minor units of the contract's currency.
    #[serde(default, deserialize_with = "patch_amount")]
    #[schema(value_type = Option<i64>)]
    value: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    provenance: Patch<String>,
    /// By name; those that are left out stay.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
    #[serde(default, deserialize_with = "document::object")]
    contact: ContactChange,
}

/// What is left out stays; null takes it away.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContactChange {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    company: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    street: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    city: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Patch<String>,
    /// What the terms declare personal.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: PlainAttributes,
}

/// Change a lead
///
/// As long as no partner has been offered it, it is assessed again; afterwards
/// only the contact and the sender's own identifier can be put right.
#[utoipa::path(
    patch,
    path = "/api/v1/leads/{id}",
    tag = "leads",
    params(
        ("id" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The version that the change is meant for")
    ),
    request_body = LeadChange,
    responses(
        (status = 200, description = "As it is now", body = LeadView),
        (status = 409, description = "Partners have seen what was to change", body = Problem),
        (status = 412, description = "It has been changed meanwhile", body = Problem)
    )
)]
pub async fn change(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    IfMatch(expected): IfMatch,
    body: Json<LeadChange>,
) -> Result<Response, Problem> {
    caller.must_be(&SENDERS)?;
    let (lead, seen) = visible(&host, &caller, &LeadId::from(id)).await?;
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let body = body.value;
    let attributes =
        Merge::read(&body.attributes, &force.terms, "/attributes").map_err(Problem::invalid)?;
    let personal = Merge::read(
        &body.contact.attributes,
        &force.terms,
        "/contact/attributes",
    )
    .map_err(Problem::invalid)?;
    let changed = change::change(
        &host,
        &caller.manufacturer,
        &lead.id,
        |lead| {
            body.put_into(lead);
            attributes.put_into(&mut lead.teaser.attributes);
            personal.put_into(&mut lead.contact.attributes);
        },
        expected,
        &caller.origin(),
    )
    .await?;
    let lead = changed.lead;
    Ok(tagged(StatusCode::OK, &seen.of(&lead), lead.version))
}

fn patch_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patch<i64>, D::Error> {
    whole::maybe_amount(deserializer).map(Patch::Set)
}

impl LeadChange {
    fn put_into(&self, lead: &mut NewLead) {
        self.external_id.put_into(&mut lead.external_id);
        if let Patch::Set(customer) = &self.customer {
            lead.customer = customer.as_deref().map(Into::into);
        }
        let teaser = &mut lead.teaser;
        self.product.put_into(&mut teaser.product);
        self.source.put_into(&mut teaser.source);
        self.country.put_into(&mut teaser.country);
        self.postcode.put_into(&mut teaser.postcode);
        self.value.put_into(&mut teaser.value);
        self.provenance.put_into(&mut teaser.provenance);
        let contact = &mut lead.contact;
        let better = &self.contact;
        better.name.put_into(&mut contact.name);
        better.email.put_into(&mut contact.email);
        better.phone.put_into(&mut contact.phone);
        better.company.put_into(&mut contact.company);
        better.street.put_into(&mut contact.street);
        better.city.put_into(&mut contact.city);
        better.note.put_into(&mut contact.note);
    }
}

/// Attributes that are set, and those that are taken away.
struct Merge {
    set: Attributes,
    gone: Vec<String>,
}

impl Merge {
    fn read(
        plain: &PlainAttributes,
        terms: &Terms,
        pointer: &str,
    ) -> Result<Self, Vec<FieldProblem>> {
        let (gone, set): (BTreeMap<_, _>, BTreeMap<_, _>) = plain
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .partition(|(_, value)| *value == Value::Null);
        Ok(Self {
            set: typed(&set, terms, &[Of::Lead], pointer)?,
            gone: gone.into_keys().collect(),
        })
    }

    fn put_into(&self, attributes: &mut Attributes) {
        attributes.extend(self.set.clone());
        for name in &self.gone {
            attributes.remove(name);
        }
    }
}
