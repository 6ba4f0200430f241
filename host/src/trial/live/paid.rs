//! What was really paid for what a trial's files tell, by lead, and by component.

use std::collections::{BTreeMap, HashMap};

use super::{Error, Folder, Span};
use crate::domain::contract::Contract;
use crate::domain::ids::{LeadId, PartnerId};
use crate::host::Host;
use crate::pay;
use crate::store::LeadFilter;
use crate::trial::ledger::LeadPaid;
use crate::trial::lines::Writer;

/// What each component has paid, in minor units: JSON.
pub const PAID_FILE: &str = "paid.json";
/// What was paid for each lead.
pub const PAID_LEADS_FILE: &str = "paid-leads.ndjson";
/// Leads read at once.
const LEADS_AT_ONCE: u32 = 500;

/// Writes what the ledger has by what had happened at the end of history.
pub(super) async fn write(
    host: &Host,
    contract: &Contract,
    span: &Span,
    folder: Folder<'_>,
) -> Result<(), Error> {
    let owner = &contract.manufacturer;
    let kinds = pay::account_kinds(host, contract).await?;
    let is_due = |component: &str, account: &str, unit: &str| {
        let kind = kinds.get(&(component.to_owned(), account.to_owned()));
        unit == "money" && kind.is_some_and(|kind| kind.is_due())
    };
    let partners = host.store.partners(owner).await?;
    let codes: HashMap<PartnerId, String> = partners
        .into_iter()
        .map(|partner| (partner.id, partner.code))
        .collect();
    let mut components: BTreeMap<String, i64> = BTreeMap::new();
    let mut add = |component: String, amount: i64| {
        let sum = components.entry(component).or_default();
        *sum = sum.saturating_add(amount);
    };
    let mut file = Writer::create(&folder.0.join(PAID_LEADS_FILE))?;
    let mut filter = LeadFilter {
        contract: Some(contract.id.clone()),
        limit: LEADS_AT_ONCE,
        ..LeadFilter::default()
    };
    loop {
        let page = host.store.leads(owner, &filter).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some(last.id.clone());
        let ids: Vec<LeadId> = page.into_iter().map(|lead| lead.id).collect();
        // In the order of the file.
        let mut leads: BTreeMap<(String, String), i64> = BTreeMap::new();
        for paid in host.store.paid_for_leads(owner, &ids, span.until).await? {
            if is_due(&paid.component, &paid.account, &paid.unit) {
                let partner = codes.get(&paid.partner).cloned().unwrap_or_default();
                let sum = leads.entry((paid.lead.to_string(), partner)).or_default();
                *sum = sum.saturating_add(paid.amount);
                add(paid.component, paid.amount);
            }
        }
        for ((lead, partner), amount) in leads {
            file.write(&LeadPaid {
                lead,
                partner,
                amount,
            })?;
        }
    }
    file.finish()?;
    let others = host
        .store
        .paid_without_lead(owner, &contract.id, span.until);
    for paid in others.await? {
        if is_due(&paid.component, &paid.account, &paid.unit) {
            add(paid.component, paid.amount);
        }
    }
    let text = serde_json::to_vec(&components).unwrap_or_default();
    folder.write(PAID_FILE, &text)
}
