//! What has happened under a contract, as files of places, leads and measures.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};
use toml::Table;

use super::{Error, Folder, LIST, Scope, Span, Untold, data_file, mapping_file, past};
use crate::contracts::attributes::plain;
use crate::domain::contract::Contract;
use crate::domain::happening::Event;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::terms::Terms;
use crate::host::Host;
use crate::import::Kind;
use crate::store::{DealFilter, LeadFilter, MeasureFilter};

/// Leads, measures or deals read at once.
const AT_ONCE: u32 = 500;
/// What an attribute's column begins with, as fields of leads do.
const ATTRIBUTES: &str = "attributes.";

/// What was written.
pub struct Written {
    /// The kinds of files in the order in which they are read, with their rows.
    pub rows: [(Kind, u64); 3],
    pub untold: Untold,
}

/// Writes the files with their mappings.
pub async fn write(
    host: &Host,
    contract: &Contract,
    terms: &Terms,
    scope: &Scope,
    span: &Span,
    folder: Folder<'_>,
) -> Result<Written, Error> {
    let participants = host
        .store
        .participants(&contract.manufacturer, &contract.id)
        .await?;
    let mut history = History {
        host,
        contract,
        terms,
        scope,
        span,
        codes: participants
            .iter()
            .map(|(_, partner)| (partner.id.clone(), partner.code.clone()))
            .collect(),
        customers: HashMap::new(),
        postcodes: participants
            .iter()
            .filter_map(|(_, partner)| Some((partner.country.clone()?, partner.postcode.clone()?)))
            .collect(),
        untold: Untold::default(),
    };
    let leads = history.leads(folder).await?;
    let measures = history.measures(folder).await?;
    let places = history.places(folder).await?;
    history.untold.deals_without_lead = history.deals_without_lead().await?;
    let rows = [
        (Kind::Places, places),
        (Kind::Leads, leads),
        (Kind::Measures, measures),
    ];
    for (kind, _) in rows {
        mapping(kind, terms, folder)?;
    }
    Ok(Written {
        rows,
        untold: history.untold,
    })
}

struct History<'a> {
    host: &'a Host,
    contract: &'a Contract,
    terms: &'a Terms,
    scope: &'a Scope,
    span: &'a Span,
    codes: HashMap<PartnerId, String>,
    /// What a customer's number is called in the files.
    customers: HashMap<String, String>,
    /// Of partners and leads, with their countries.
    postcodes: BTreeSet<(String, String)>,
    untold: Untold,
}

impl History<'_> {
    async fn leads(&mut self, folder: Folder<'_>) -> Result<u64, Error> {
        let mut file = folder.rows(Kind::Leads, columns(Kind::Leads, self.terms))?;
        let mut filter = LeadFilter {
            contract: Some(self.contract.id.clone()),
            limit: AT_ONCE,
            ..LeadFilter::default()
        };
        loop {
            let store = &self.host.store;
            let owner = &self.contract.manufacturer;
            let page = store.leads(owner, &filter).await?;
            let Some(last) = page.last() else {
                return file.end();
            };
            filter.after = Some(last.id.clone());
            let wanted: Vec<&Lead> = page.iter().filter(|lead| self.is_meant(lead)).collect();
            let ids: Vec<LeadId> = wanted.iter().map(|lead| lead.id.clone()).collect();
            let events = store.events_of_leads(owner, &ids).await?;
            let mut by_lead: HashMap<&LeadId, Vec<&Event>> = HashMap::new();
            for event in events.iter().map(|positioned| &positioned.event) {
                if let Some(lead) = &event.lead
                    && event.occurred_at <= self.span.until
                {
                    by_lead.entry(lead).or_default().push(event);
                }
            }
            for lead in wanted {
                let events = by_lead.remove(&lead.id).unwrap_or_default();
                file.add(&self.row(lead, &events))?;
            }
        }
    }

    fn is_meant(&self, lead: &Lead) -> bool {
        let is =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        (self.span.since..=self.span.until).contains(&lead.received_at)
            && is(&self.scope.product, &lead.teaser.product)
            && is(&self.scope.source, &lead.teaser.source)
    }

    /// A lead by its own identifier: the sender's may be anything.
    fn row(&mut self, lead: &Lead, events: &[&Event]) -> Map<String, Value> {
        let teaser = &lead.teaser;
        if let (Some(country), Some(postcode)) = (&teaser.country, &teaser.postcode) {
            self.postcodes.insert((country.clone(), postcode.clone()));
        }
        let temperature = lead.assessed.as_ref().and_then(|found| found.temperature);
        let customer = lead.customer.as_ref().map(|customer| {
            let next = self.customers.len() + 1;
            let known = self.customers.entry(customer.as_str().to_owned());
            known.or_insert_with(|| format!("customer-{next}")).clone()
        });
        let feedback = self.terms.feedback_codes();
        let mut row = past::columns(lead, events, &feedback, &self.codes, &mut self.untold);
        for (name, value) in [
            ("external-id", Some(lead.id.as_str().into())),
            ("received-at", Some(lead.received_at.to_string().into())),
            ("product", teaser.product.as_deref().map(Value::from)),
            ("source", teaser.source.as_deref().map(Value::from)),
            ("country", teaser.country.as_deref().map(Value::from)),
            ("postcode", teaser.postcode.as_deref().map(Value::from)),
            ("value", teaser.value.map(Value::from)),
            ("customer", customer.map(Value::from)),
            (
                "temperature",
                temperature.map(|found| found.as_str().into()),
            ),
        ] {
            if let Some(value) = value {
                row.insert(name.to_owned(), value);
            }
        }
        for (name, value) in plain(&teaser.attributes) {
            row.insert(format!("{ATTRIBUTES}{name}"), value);
        }
        row
    }

    async fn measures(&self, folder: Folder<'_>) -> Result<u64, Error> {
        let mut file = folder.rows(Kind::Measures, columns(Kind::Measures, self.terms))?;
        let mut filter = MeasureFilter {
            from: Some(self.span.since),
            until: Some(self.span.until),
            limit: AT_ONCE,
            ..MeasureFilter::default()
        };
        loop {
            let Contract {
                manufacturer, id, ..
            } = self.contract;
            let page = self.host.store.measures(manufacturer, id, &filter).await?;
            let Some(last) = page.last() else {
                return file.end();
            };
            let last = (
                last.partner.clone(),
                last.kind,
                last.name.clone(),
                last.from,
            );
            filter.after = Some(last);
            for measure in page {
                let Some(partner) = self.codes.get(&measure.partner) else {
                    continue;
                };
                let row = [
                    ("partner", partner.as_str().into()),
                    ("kind", measure.kind.as_str().into()),
                    ("name", measure.name.into()),
                    ("value", measure.value.into()),
                    ("from", measure.from.to_string().into()),
                    ("until", measure.until.to_string().into()),
                ];
                file.add(&named(row))?;
            }
        }
    }

    async fn places(&self, folder: Folder<'_>) -> Result<u64, Error> {
        let mut file = folder.rows(Kind::Places, columns(Kind::Places, self.terms))?;
        let postcodes: Vec<(&str, &str)> = self
            .postcodes
            .iter()
            .map(|(country, postcode)| (country.as_str(), postcode.as_str()))
            .collect();
        let mut places = self
            .host
            .store
            .places_among(&self.contract.manufacturer, &postcodes)
            .await?;
        places.sort_by(|one, other| {
            (&one.country, &one.postcode).cmp(&(&other.country, &other.postcode))
        });
        for place in places {
            let row = [
                ("country", Value::from(place.country)),
                ("postcode", place.postcode.into()),
                ("latitude", place.position.latitude.into()),
                ("longitude", place.position.longitude.into()),
            ];
            file.add(&named(row))?;
        }
        file.end()
    }

    async fn deals_without_lead(&self) -> Result<u64, Error> {
        let mut filter = DealFilter {
            contract: Some(self.contract.id.clone()),
            limit: AT_ONCE,
            ..DealFilter::default()
        };
        let mut found = 0;
        loop {
            let owner = &self.contract.manufacturer;
            let page = self.host.store.deals(owner, &filter).await?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            filter.after = Some(last.id.clone());
            let span = self.span.since..=self.span.until;
            let without = page
                .iter()
                .filter(|deal| deal.lead.is_none() && span.contains(&deal.registered_at));
            found += without.count() as u64;
        }
    }
}

fn named<const N: usize>(row: [(&str, Value); N]) -> Map<String, Value> {
    let row = row.map(|(name, value)| (name.to_owned(), value));
    row.into_iter().collect()
}

/// The columns of a kind of file, each named like the field that it feeds. Contacts, what
/// people wrote, and numbers of senders have none.
fn columns(kind: Kind, terms: &Terms) -> Vec<String> {
    let fields = kind.fields(terms).into_iter().map(|field| field.name);
    fields
        .filter(|name| !name.starts_with("contact.") && name != "provenance" && name != "deal-id")
        .collect()
}

/// How a file is read.
fn mapping(kind: Kind, terms: &Terms, folder: Folder<'_>) -> Result<(), Error> {
    let (mut fields, mut attributes) = (Table::new(), Table::new());
    for column in columns(kind, terms) {
        match column.strip_prefix(ATTRIBUTES) {
            Some(name) => attributes.insert(name.to_owned(), column.as_str().into()),
            None => fields.insert(column.clone(), column.into()),
        };
    }
    if !attributes.is_empty() {
        fields.insert("attributes".to_owned(), attributes.into());
    }
    let table = |entries: &[(&str, &str)]| {
        let entries = entries.iter();
        entries
            .map(|(name, value)| ((*name).to_owned(), toml::Value::from(*value)))
            .collect::<Table>()
    };
    let mut mapping = Table::new();
    let values = table(&[("unit", "minor"), ("list", LIST)]);
    mapping.insert("values".to_owned(), values.into());
    if kind == Kind::Leads {
        let leads = table(&[("without-history", "wait")]);
        mapping.insert("leads".to_owned(), leads.into());
    }
    mapping.insert("fields".to_owned(), fields.into());
    let comment = format!("# How {} is read.\n\n", data_file(kind));
    folder.toml(&mapping_file(kind), &comment, &mapping)
}
