//! What partners were paid, added up.

use super::sql::{Bind, Columns, IDS_AT_ONCE, fetch, only};
use super::{Error, Store};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;

/// What an account of a partner comes to in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidInPeriod {
    /// Of the events.
    pub period: String,
    pub partner: PartnerId,
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    /// In the account's unit.
    pub amount: i64,
    pub postings: i64,
}

/// What partners have in an account that no lead has brought, all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidWithoutLead {
    pub component: String,
    pub account: String,
    pub unit: String,
    pub amount: i64,
}

/// What a partner has in an account for one lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidForLead {
    pub lead: LeadId,
    pub partner: PartnerId,
    pub component: String,
    pub account: String,
    pub unit: String,
    pub amount: i64,
}

impl Store {
    /// What the accounts of a contract's partners come to, by the periods of the events.
    /// Walks all postings of the contract.
    pub async fn paid_in_periods(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<PaidInPeriod>, Error> {
        let rows = sqlx::query(
            "SELECT period, holder, component, account, unit, \
             CAST(SUM(amount) AS BIGINT) AS amount, COUNT(*) AS postings FROM posting \
             WHERE manufacturer = $1 AND contract = $2 AND holder_kind = 'partner' \
             GROUP BY period, holder, component, account, unit \
             ORDER BY period, holder, component, account",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(PaidInPeriod {
                    period: row.text("period")?,
                    partner: row.text("holder")?.into(),
                    component: row.text("component")?,
                    account: row.text("account")?,
                    unit: row.text("unit")?,
                    amount: row.integer("amount")?,
                    postings: row.integer("postings")?,
                })
            })
            .collect()
    }

    /// A contract's leads after one, in the order of their senders' numbers; those without
    /// a number are left out.
    pub async fn numbered_leads_after(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, LeadId)>, Error> {
        let rows = sqlx::query(
            "SELECT external_id, id FROM lead WHERE manufacturer = $1 AND contract = $2 \
             AND external_id > $3 ORDER BY external_id LIMIT $4",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok((row.text("external_id")?, row.text("id")?.into()))
            })
            .collect()
    }

    /// What partners have for each of these leads by what had happened until an instant.
    pub async fn paid_for_leads(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
        until: Micros,
    ) -> Result<Vec<PaidForLead>, Error> {
        let mut found = Vec::new();
        for some in leads.chunks(IDS_AT_ONCE) {
            let mut values = vec![Bind::from(manufacturer.as_str())];
            let among = only("lead", Some(some), &mut values);
            values.push(until.0.into());
            let last = values.len();
            let text = format!(
                "SELECT lead, holder, component, account, unit, \
                 CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
                 WHERE manufacturer = $1{among} AND holder_kind = 'partner' \
                 AND occurred_at <= ${last} GROUP BY lead, holder, component, account, unit \
                 ORDER BY lead, holder, component, account"
            );
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                found.push(PaidForLead {
                    lead: row.text("lead")?.into(),
                    partner: row.text("holder")?.into(),
                    component: row.text("component")?,
                    account: row.text("account")?,
                    unit: row.text("unit")?,
                    amount: row.integer("amount")?,
                });
            }
        }
        Ok(found)
    }

    /// What a contract's partners have by what had happened until an instant and was of
    /// no lead: settlements, and deals without one.
    pub async fn paid_without_lead(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        until: Micros,
    ) -> Result<Vec<PaidWithoutLead>, Error> {
        let rows = sqlx::query(
            "SELECT component, account, unit, CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
             WHERE manufacturer = $1 AND contract = $2 AND holder_kind = 'partner' \
             AND lead IS NULL AND occurred_at <= $3 \
             GROUP BY component, account, unit ORDER BY component, account",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(until.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(PaidWithoutLead {
                    component: row.text("component")?,
                    account: row.text("account")?,
                    unit: row.text("unit")?,
                    amount: row.integer("amount")?,
                })
            })
            .collect()
    }
}
