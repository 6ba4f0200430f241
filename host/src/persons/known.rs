//! What is known of a person, for whoever asks what is kept of them.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Error;
use super::find::{By, Found, Named, Reach, find};
use crate::contracts::Tree;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::date_of;
use crate::domain::deal::Deal;
use crate::domain::decision::Decision;
use crate::domain::dispute::Disputed;
use crate::domain::happening::Event;
use crate::domain::ids::{ManufacturerId, PartnerId};
use crate::domain::lead::{Contact, Lead};
use crate::domain::offer::{Claim, Offer};
use crate::domain::time::Micros;
use crate::host::{Host, free_text};
use crate::proof::explain::explain;

/// Everything that is kept of a person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Known {
    /// Who keeps it.
    pub manufacturer: String,
    pub as_of: Micros,
    pub leads: Vec<KnownLead>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct KnownLead {
    pub id: String,
    pub contract: String,
    pub state: String,
    pub received_at: Micros,
    /// Why it is taken for the person's: named, email, phone.
    pub by: &'static str,
    pub person: Fields,
    pub interest: Fields,
    pub activities: Vec<Happened>,
    /// Whom it was shown to, and what they answered.
    pub offers: Vec<Happened>,
    /// Who held it, and so knew the person.
    pub claims: Vec<Happened>,
    pub deals: Vec<Happened>,
    /// What partners have written of its money, and what they were answered.
    pub disputes: Vec<Happened>,
    pub events: Vec<Happened>,
    /// What rules decided about it, and why.
    pub decisions: Vec<Happened>,
    /// What tells that another request is the person's too, kept as SHA-256.
    pub recognised_by: Vec<String>,
    /// Answers to its senders that are kept for a day.
    pub kept_answers: usize,
}

/// Something with its time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Happened {
    pub at: Micros,
    /// A code.
    pub what: String,
    /// Name of the partner whose doing it was, or whom it concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    pub more: Fields,
    /// Why, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// Names with what they hold, in their order; what is not known is left out.
#[derive(Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn put(mut self, name: &str, value: Option<&str>) -> Self {
        let value = value.filter(|value| !value.is_empty());
        self.0
            .extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    fn put_all(mut self, attributes: &Attributes) -> Self {
        let texts = attributes
            .iter()
            .map(|(name, value)| (name.clone(), text_of(value)));
        self.0.extend(texts);
        self
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn text_of(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Text(text) => text.clone(),
        AttributeValue::Texts(texts) => texts.iter().cloned().collect::<Vec<_>>().join(", "),
        AttributeValue::Integer(integer) | AttributeValue::Money(integer) => integer.to_string(),
        AttributeValue::Number(number) => number.to_string(),
        AttributeValue::Flag(flag) => flag.to_string(),
        AttributeValue::Date(days) => {
            date_of(*days).map_or_else(String::new, |date| date.to_string())
        }
        AttributeValue::Instant(at) => at.to_string(),
    }
}

/// Everything that is kept of the person; reasons of decisions in a language by its code.
///
/// # Errors
/// As [`find`].
pub async fn known(
    host: &Host,
    manufacturer: &ManufacturerId,
    named: &Named,
    reach: Reach,
    language: &str,
) -> Result<Known, Error> {
    let keeper = host.store.manufacturer(manufacturer).await?;
    let keeper = keeper.ok_or(Error::NotFound {
        what: "manufacturer",
    })?;
    let partners = Tree::load(host, manufacturer).await?;
    let mut leads = Vec::new();
    for found in find(host, manufacturer, named, reach).await? {
        leads.push(of_lead(host, &partners, found, language).await?);
    }
    Ok(Known {
        manufacturer: keeper.name,
        as_of: host.clock.now(),
        leads,
    })
}

async fn of_lead(
    host: &Host,
    partners: &Tree,
    found: Found,
    language: &str,
) -> Result<KnownLead, Error> {
    let Found { lead, by } = found;
    let (store, of, id) = (&host.store, &lead.manufacturer, &lead.id);
    let name = |partner: &PartnerId| partners.by_id(partner).map(|partner| partner.name.clone());
    let contact = store.contact(of, id).await?.unwrap_or_default();
    let contract = store.contract(of, &lead.contract).await?;
    let ids = [id.clone()];
    let activities = store.activities(of, id).await?;
    let offers = store.offers_of_leads(of, &ids).await?;
    let claims = store.claims_of_lead(of, id).await?;
    let deals = store.deals_of_lead(of, id).await?;
    let disputes = store.disputes_of_lead(of, id).await?;
    let events = store.events_of_lead(of, id).await?;
    let mut decisions = Vec::new();
    for decision in store.decisions_of_lead(of, id).await? {
        decisions.push(decided(host, &decision, language).await?);
    }
    let mut recognised_by: Vec<String> = store
        .keys_of_leads(of, &ids)
        .await?
        .into_iter()
        .map(|key| key.kind)
        .collect();
    recognised_by.sort();
    recognised_by.dedup();
    Ok(KnownLead {
        id: id.to_string(),
        contract: contract.map_or_else(String::new, |contract| contract.name),
        state: lead.state.as_str().to_owned(),
        received_at: lead.received_at,
        by: match by {
            By::Named => "named",
            By::Same(kind, _) => kind.as_str(),
        },
        person: person(&contact),
        interest: interest(&lead),
        activities: activities
            .into_iter()
            .map(|activity| Happened {
                at: activity.occurred_at,
                what: activity.code,
                partner: None,
                more: Fields::default().put_all(&activity.attributes),
                reasons: Vec::new(),
            })
            .collect(),
        offers: offers
            .iter()
            .map(|one| offered(one, name(&one.partner)))
            .collect(),
        claims: claims
            .iter()
            .map(|one| claimed(one, name(&one.partner)))
            .collect(),
        deals: deals
            .iter()
            .map(|one| dealt(one, name(&one.partner)))
            .collect(),
        disputes: disputes
            .iter()
            .map(|one| disputed(one, name(&one.dispute.partner)))
            .collect(),
        events: events
            .iter()
            .map(|one| happened(&one.event, one.event.partner.as_ref().and_then(name)))
            .collect(),
        decisions,
        recognised_by,
        kept_answers: store.answers_about(of, &ids).await?.len(),
    })
}

fn person(contact: &Contact) -> Fields {
    Fields::default()
        .put("name", contact.name.as_deref())
        .put("email", contact.email.as_deref())
        .put("phone", contact.phone.as_deref())
        .put("company", contact.company.as_deref())
        .put("street", contact.street.as_deref())
        .put("city", contact.city.as_deref())
        .put("note", contact.note.as_deref())
        .put_all(&contact.attributes)
}

fn interest(lead: &Lead) -> Fields {
    let teaser = &lead.teaser;
    let value = teaser.value.map(|value| value.to_string());
    let assessed = lead.assessed.as_ref();
    let temperature = assessed.and_then(|assessed| assessed.temperature);
    Fields::default()
        .put("external-id", lead.external_id.as_deref())
        .put("customer", lead.customer.as_ref().map(|id| id.as_str()))
        .put("product", teaser.product.as_deref())
        .put("source", teaser.source.as_deref())
        .put("country", teaser.country.as_deref())
        .put("postcode", teaser.postcode.as_deref())
        .put("value", value.as_deref())
        .put("provenance", teaser.provenance.as_deref())
        .put("temperature", temperature.map(|found| found.as_str()))
        .put_all(&teaser.attributes)
        .put_all(&lead.answers)
}

fn offered(offer: &Offer, partner: Option<String>) -> Happened {
    let decline = offer.decline.as_ref();
    Happened {
        at: offer.offered_at,
        what: offer.state.as_str().to_owned(),
        partner,
        more: Fields::default()
            .put("reason", decline.map(|decline| decline.reason.as_str()))
            .put("note", decline.and_then(|decline| decline.note.as_deref())),
        reasons: Vec::new(),
    }
}

fn claimed(claim: &Claim, partner: Option<String>) -> Happened {
    let until = claim.ended_at.map(|at| at.to_string());
    Happened {
        at: claim.claimed_at,
        what: claim
            .ending
            .map_or("held", |ending| ending.as_str())
            .to_owned(),
        partner,
        more: Fields::default().put("until", until.as_deref()),
        reasons: Vec::new(),
    }
}

fn dealt(deal: &Deal, partner: Option<String>) -> Happened {
    let value = deal.value.map(|value| value.to_string());
    Happened {
        at: deal.registered_at,
        what: deal.state.as_str().to_owned(),
        partner,
        more: Fields::default()
            .put("external-id", deal.external_id.as_deref())
            .put("value", value.as_deref())
            .put_all(&deal.attributes),
        reasons: Vec::new(),
    }
}

fn disputed(disputed: &Disputed, partner: Option<String>) -> Happened {
    let answer = disputed.answer.as_ref();
    Happened {
        at: disputed.dispute.opened_at,
        what: "disputed".to_owned(),
        partner,
        more: Fields::default()
            .put("complaint", Some(&disputed.dispute.complaint))
            .put("answer", answer.and_then(|answer| answer.reason.as_deref())),
        reasons: Vec::new(),
    }
}

fn happened(event: &Event, partner: Option<String>) -> Happened {
    // Other partners, by their identifiers, tell nothing of the person.
    let mut attributes = event.attributes.clone();
    attributes.retain(|name, _| !matches!(name.as_str(), "partners" | "eligible"));
    Happened {
        at: event.occurred_at,
        what: event.code.clone(),
        partner,
        more: Fields::default().put_all(&attributes),
        reasons: Vec::new(),
    }
}

/// A decision; where it cannot be explained, without reasons.
async fn decided(host: &Host, decision: &Decision, language: &str) -> Result<Happened, Error> {
    let told = free_text::open(&host.store, decision).await?;
    let told = told.ok().and_then(|decision| free_text::text(&decision));
    let why = explain(host, decision, Some(language)).await;
    let reasons = why.map(|why| why.reasons).unwrap_or_default();
    Ok(Happened {
        at: decision.asked_at,
        what: decision.function.clone(),
        partner: None,
        more: Fields::default()
            .put("policy", Some(&decision.plugin))
            .put("outcome", Some(&decision.outcome))
            .put("free-text", told.as_deref()),
        reasons: reasons.into_iter().map(|because| because.text).collect(),
    })
}
