//! Persons are forgotten when a contract's terms say so: so many days after a lead's life
//! has ended. Who is next is shown before.

use serde::{Deserialize, Serialize};

use super::Error;
use super::erase::{erase_leads, wipe};
use crate::domain::contract::Contract;
use crate::domain::erasure::Words;
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store;

const DAY_MICROS: i64 = 86_400_000_000;
/// For so long after the terms were changed nobody is forgotten by them, so that a slip
/// can be put right.
pub const NOTICE_DAYS: i64 = 1;
/// Leads that are looked up at once.
const LEADS_AT_ONCE: u32 = 500;

/// A lead whose person is going to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub lead: LeadId,
    /// Code of the contract.
    pub contract: String,
    pub ended_at: Micros,
    pub erased_from: Micros,
}

/// How long a contract keeps persons, by its terms in force.
struct Keeping {
    contract: Contract,
    days: i64,
    /// Since when it is so.
    since: Micros,
}

impl Keeping {
    /// From when on the person of a lead is forgotten that ended then.
    fn until(&self, ended_at: Micros) -> Micros {
        let after_end = ended_at.0.saturating_add(self.days * DAY_MICROS);
        let after_notice = self.since.0.saturating_add(NOTICE_DAYS * DAY_MICROS);
        Micros(after_end.max(after_notice))
    }

    /// Before which instant leads have ended whose persons are forgotten by then.
    fn ended_before(&self, by: Micros) -> Micros {
        match by.0 < self.since.0.saturating_add(NOTICE_DAYS * DAY_MICROS) {
            true => Micros(i64::MIN),
            false => Micros(by.0.saturating_sub(self.days * DAY_MICROS)),
        }
    }
}

/// The first leads whose persons are forgotten by an instant, contract by contract, those
/// that ended first before the others.
pub async fn due(
    host: &Host,
    manufacturer: &ManufacturerId,
    by: Micros,
    limit: u32,
) -> Result<Vec<Due>, Error> {
    let mut due = Vec::new();
    for keeping in keeping(host, manufacturer).await? {
        let left = limit.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
        let ended = ended(host, &keeping, by, left).await?;
        due.extend(ended.into_iter().map(|(lead, ended_at)| Due {
            lead,
            contract: keeping.contract.code.clone(),
            ended_at,
            erased_from: keeping.until(ended_at),
        }));
    }
    Ok(due)
}

/// Forgets everybody who is due, of all manufacturers. Answers how many leads those were.
///
/// # Errors
/// As [`erase_leads`]; who was forgotten by then is.
pub async fn run(host: &Host) -> Result<usize, Error> {
    let now = host.clock.now();
    let (mut erased, mut words) = (0, Words::default());
    for manufacturer in host.store.manufacturers().await? {
        for keeping in keeping(host, &manufacturer.id).await? {
            loop {
                let ended = ended(host, &keeping, now, LEADS_AT_ONCE).await?;
                let leads: Vec<LeadId> = ended.into_iter().map(|(lead, _)| lead).collect();
                erased += erase_leads(host, &manufacturer.id, &leads, &mut words).await?;
                if leads.len() < LEADS_AT_ONCE as usize {
                    break;
                }
            }
        }
    }
    if erased > 0 {
        wipe(host, Some(&words)).await;
    }
    Ok(erased)
}

async fn ended(
    host: &Host,
    keeping: &Keeping,
    by: Micros,
    limit: u32,
) -> Result<Vec<(LeadId, Micros)>, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = &keeping.contract;
    let before = keeping.ended_before(by);
    host.store
        .leads_ended(manufacturer, id, before, limit)
        .await
}

/// The contracts that keep persons for a while only.
async fn keeping(host: &Host, manufacturer: &ManufacturerId) -> Result<Vec<Keeping>, store::Error> {
    let mut found = Vec::new();
    for contract in host.store.contracts(manufacturer).await? {
        let version = contract.terms_version;
        let terms = host.store.terms(manufacturer, &contract.id, version);
        let Some(terms) = terms.await? else { continue };
        let days = Terms::kept(&terms.document).ok();
        let days = days.and_then(|terms| terms.retention_days);
        found.extend(days.map(|days| Keeping {
            contract,
            days: i64::from(days),
            since: terms.created_at,
        }));
    }
    Ok(found)
}

/// Who is going to be forgotten, as it is told.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DueView {
    /// By when.
    pub by: String,
    pub leads: Vec<DueLeadView>,
    /// Whether there are more than these.
    pub more: bool,
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DueLeadView {
    pub id: String,
    /// Code of the contract.
    pub contract: String,
    pub ended_at: String,
    /// From when on its person is forgotten, at the next round of a server.
    pub erased_from: String,
}

/// The first leads whose persons are forgotten within so many days.
///
/// # Errors
/// The database does not answer.
pub async fn shown(
    host: &Host,
    manufacturer: &ManufacturerId,
    days: u32,
    limit: u32,
) -> Result<DueView, Error> {
    let by = host
        .clock
        .now()
        .0
        .saturating_add(i64::from(days) * DAY_MICROS);
    let by = Micros(by);
    let mut due = due(host, manufacturer, by, limit.saturating_add(1)).await?;
    let more = due.len() > limit as usize;
    due.truncate(limit as usize);
    Ok(DueView {
        by: by.to_string(),
        leads: due
            .into_iter()
            .map(|due| DueLeadView {
                id: due.lead.to_string(),
                contract: due.contract,
                ended_at: due.ended_at.to_string(),
                erased_from: due.erased_from.to_string(),
            })
            .collect(),
        more,
    })
}
