//! Which leads are one person's.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use crate::domain::contract::Contract;
use crate::domain::duplicate::{self, KeyKind};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::lead::{Contact, Lead};
use crate::domain::terms::Terms;
use crate::host::Host;
use crate::store;
use crate::store::changes::DuplicateKey;

/// One person has no more. More are a mistake, such as a switchboard's number, or an
/// address that is filled in where none is known.
pub const LEADS_MAX: usize = 1_000;

/// By what a person is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Lead(LeadId),
    Email(String),
    /// In any notation; without a country's code it is one of the contracts' countries.
    Phone(String),
}

/// How far to go from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To every lead with the same e-mail address or phone number as one that is found.
    Person,
    /// To what is named alone.
    Named,
}

/// A lead that is the person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub lead: Lead,
    pub by: By,
}

/// Why a lead is taken for the person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Named,
    /// It has the same address or number as another one.
    Same(KeyKind, LeadId),
}

/// The person's leads, in the order in which they came in.
///
/// # Errors
/// `NotFound` for a lead that is not there; `Invalid` for what is no address or number,
/// and for more leads than one person has.
pub async fn find(
    host: &Host,
    manufacturer: &ManufacturerId,
    named: &Named,
    reach: Reach,
) -> Result<Vec<Found>, Error> {
    let store = &host.store;
    let contracts = store.contracts(manufacturer).await?;
    let ids: Vec<ContractId> = contracts.iter().map(|one| one.id.clone()).collect();
    let mut found: BTreeMap<LeadId, By> = BTreeMap::new();
    match named {
        Named::Lead(lead) => {
            if store.lead(manufacturer, lead).await?.is_none() {
                return Err(Error::NotFound { what: "lead" });
            }
            found.insert(lead.clone(), By::Named);
        }
        Named::Email(_) | Named::Phone(_) => {
            let digests = digests(host, &contracts, named).await?;
            let keys = store.keys_of_digests(manufacturer, &ids, &digests).await?;
            found.extend(keys.into_iter().map(|key| (key.lead, By::Named)));
        }
    }
    let mut newest: Vec<LeadId> = found.keys().cloned().collect();
    // Where each address and number was seen first.
    let mut seen: BTreeMap<String, LeadId> = BTreeMap::new();
    while reach == Reach::Person && !newest.is_empty() && found.len() <= LEADS_MAX {
        let keys = store.keys_of_leads(manufacturer, &newest).await?;
        let mut digests = BTreeSet::new();
        for key in keys.into_iter().filter(is_persons) {
            if let Entry::Vacant(new) = seen.entry(key.digest) {
                digests.insert(new.key().clone());
                new.insert(key.lead);
            }
        }
        let digests: Vec<String> = digests.into_iter().collect();
        newest.clear();
        for key in store.keys_of_digests(manufacturer, &ids, &digests).await? {
            if found.contains_key(&key.lead) {
                continue;
            }
            let first = seen.get(&key.digest).unwrap_or(&key.lead).clone();
            let kind = KeyKind::parse(&key.kind).unwrap_or(KeyKind::Email);
            newest.push(key.lead.clone());
            found.insert(key.lead, By::Same(kind, first));
        }
    }
    if found.len() > LEADS_MAX {
        return Err(Error::invalid(
            pointer(named),
            format!(
                "leads to more than {LEADS_MAX} leads, which are no one person's; name single \
                 leads, and those alone"
            ),
        ));
    }
    let ids: Vec<&LeadId> = found.keys().collect();
    let leads = store.leads_among(manufacturer, &ids).await?;
    let mut leads: Vec<Found> = leads
        .into_iter()
        .filter_map(|lead| {
            let by = found.get(&lead.id)?.clone();
            Some(Found { lead, by })
        })
        .collect();
    leads.sort_by(|one, other| one.lead.id.cmp(&other.lead.id));
    Ok(leads)
}

/// A company and its postcode are shared by all who work there.
fn is_persons(key: &DuplicateKey) -> bool {
    KeyKind::parse(&key.kind) != Some(KeyKind::CompanyPostcode)
}

fn pointer(named: &Named) -> &'static str {
    match named {
        Named::Lead(_) => "/lead",
        Named::Email(_) => "/email",
        Named::Phone(_) => "/phone",
    }
}

/// What tells duplicates by that name, as leads of any of the contracts have it.
async fn digests(host: &Host, contracts: &[Contract], named: &Named) -> Result<Vec<String>, Error> {
    let (contact, what) = match named {
        Named::Email(email) => (
            Contact {
                email: Some(email.clone()),
                ..Contact::default()
            },
            "e-mail address",
        ),
        Named::Phone(phone) => (
            Contact {
                phone: Some(phone.clone()),
                ..Contact::default()
            },
            "phone number; write it with the country's code, such as +49 30 901820",
        ),
        Named::Lead(_) => return Ok(Vec::new()),
    };
    let mut countries = BTreeSet::from([None]);
    for contract in contracts {
        countries.extend(country(host, contract).await?.map(Some));
    }
    let digests: BTreeSet<String> = countries
        .iter()
        .flat_map(|country| duplicate::keys(&contact, country.as_deref(), None))
        .map(|key| key.digest)
        .collect();
    match digests.is_empty() {
        true => Err(Error::invalid(pointer(named), format!("is no {what}"))),
        false => Ok(digests.into_iter().collect()),
    }
}

/// The contract's country by its terms, where those can be read.
async fn country(host: &Host, contract: &Contract) -> Result<Option<String>, store::Error> {
    let version = contract.terms_version;
    let terms = host
        .store
        .terms(&contract.manufacturer, &contract.id, version);
    let document = terms.await?.map(|terms| terms.document);
    let terms = document.and_then(|document| Terms::kept(&document).ok());
    Ok(terms.map(|terms| terms.country))
}
