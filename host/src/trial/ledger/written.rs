//! What is kept of a ledger that goes: what partners have for each lead, and each posting
//! of their accounts, in files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{EVER, Files, LEADS_AT_ONCE, Reading, kind};
use crate::domain::account::AccountKind;
use crate::domain::book::Subject;
use crate::domain::ids::LeadId;
use crate::domain::ledger::{HolderKind, Posting};
use crate::trial::lines::Writer;
use crate::trial::play::PlayError;

/// What a partner has for a lead. Files of these are in the order of the leads' numbers and
/// the partners' codes, so that two of them are compared line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LeadPaid {
    pub lead: String,
    pub partner: String,
    /// Minor units.
    pub amount: i64,
}

impl LeadPaid {
    /// By what the lines are ordered.
    pub fn key(&self) -> (&str, &str) {
        (&self.lead, &self.partner)
    }
}

/// A posting of a partner's account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Posted {
    /// The period of what it is for …
    pub period: String,
    /// … and the one that it is booked in.
    pub booked_period: String,
    /// Number of the lead; none where it is for a period, or for a deal without a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// RFC 3339.
    pub occurred_at: String,
    pub partner: String,
    pub component: String,
    pub account: String,
    #[serde(with = "kind")]
    pub kind: AccountKind,
    /// money, points, count.
    pub unit: String,
    /// In the account's unit.
    pub amount: i64,
    /// The component's reason code.
    pub reason: String,
}

impl Posted {
    /// By what is the same in every run: identifiers are not.
    fn key(&self) -> impl Ord + '_ {
        (
            (&self.lead, &self.occurred_at, &self.booked_period),
            (&self.component, &self.account, &self.partner),
            (&self.reason, self.amount),
        )
    }
}

impl Reading<'_> {
    /// Writes the files, page by page: leads in the order of their numbers, then what is of
    /// no lead, period by period.
    pub(super) async fn write(
        &self,
        files: Files<'_>,
        periods: BTreeSet<&str>,
    ) -> Result<(), PlayError> {
        let contract = &self.force.contract;
        let (owner, store) = (&contract.manufacturer, &self.host.store);
        let mut leads = Writer::create(files.leads)?;
        let mut postings = Writer::create(files.postings)?;
        let mut after = String::new();
        loop {
            let page = store
                .numbered_leads_after(owner, &contract.id, &after, LEADS_AT_ONCE)
                .await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            let subjects: Vec<Subject> = page
                .iter()
                .map(|(_, id)| Subject::Lead(id.clone()))
                .collect();
            let numbers: HashMap<LeadId, String> =
                page.into_iter().map(|(number, id)| (id, number)).collect();
            let found = store
                .postings_on(owner, &contract.id, &subjects, EVER)
                .await?;
            let page = self.posted(found, &numbers);
            for paid in by_lead(&page) {
                leads.write(&paid)?;
            }
            for posted in &page {
                postings.write(posted)?;
            }
        }
        for period in periods {
            let found = store
                .postings_without_lead(owner, &contract.id, period)
                .await?;
            for posted in self.posted(found, &HashMap::new()) {
                postings.write(&posted)?;
            }
        }
        leads.finish()?;
        Ok(postings.finish()?)
    }

    /// Those of partners, in their order.
    fn posted(&self, postings: Vec<Posting>, numbers: &HashMap<LeadId, String>) -> Vec<Posted> {
        let of_partners = postings
            .into_iter()
            .filter(|posting| posting.holder.kind == HolderKind::Partner);
        let mut posted: Vec<Posted> = of_partners
            .map(|posting| Posted {
                lead: posting.lead.and_then(|lead| numbers.get(&lead).cloned()),
                occurred_at: posting.occurred_at.to_string(),
                partner: self.code(&posting.holder.id.as_str().into()),
                kind: self.kind(&posting.component, &posting.account),
                period: posting.period,
                booked_period: posting.booked_period,
                component: posting.component,
                account: posting.account,
                unit: posting.unit,
                amount: posting.amount,
                reason: posting.reason,
            })
            .collect();
        posted.sort_by(|one, other| one.key().cmp(&other.key()));
        posted
    }
}

/// The money that is due, in the order of leads and partners.
fn by_lead(page: &[Posted]) -> Vec<LeadPaid> {
    let mut sums: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for posted in page {
        if let Some(lead) = &posted.lead
            && posted.unit == "money"
            && posted.kind.is_due()
        {
            let sum = sums.entry((lead, &posted.partner)).or_default();
            *sum = sum.saturating_add(posted.amount);
        }
    }
    let paid = sums.into_iter().map(|((lead, partner), amount)| LeadPaid {
        lead: lead.to_owned(),
        partner: partner.to_owned(),
        amount,
    });
    paid.collect()
}
