//! Disputes and their answers: appended, never changed.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, fetch, json, only, statement};
use super::{Error, Store};
use crate::domain::dispute::{Dispute, DisputeAnswer, DisputeState, Disputed};
use crate::domain::ids::{ContractId, DisputeId, LeadId, ManufacturerId, PartnerId, PostingId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, contract, partner, posting, number, lead, deal, \
    complaint, opened_at, opened_by";

const WITH_ANSWER: &str = "SELECT d.manufacturer, d.id, d.contract, d.partner, d.posting, \
    d.number, d.lead, d.deal, d.complaint, d.opened_at, d.opened_by, a.reason, a.corrections, \
    a.answered_at, a.answered_by FROM dispute d LEFT JOIN dispute_answer a \
    ON a.manufacturer = d.manufacturer AND a.dispute = d.id WHERE d.manufacturer = $1";

/// Which disputes a list shows.
#[derive(Clone, Debug)]
pub struct DisputeFilter {
    pub contract: ContractId,
    /// Only those of these partners.
    pub partners: Option<Vec<PartnerId>>,
    pub state: Option<DisputeState>,
    pub after: Option<DisputeId>,
    pub limit: u32,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "dispute",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(dispute: &Dispute) -> Vec<Bind> {
    vec![
        dispute.manufacturer.as_str().into(),
        dispute.id.as_str().into(),
        dispute.contract.as_str().into(),
        dispute.partner.as_str().into(),
        dispute.posting.as_str().into(),
        dispute.number.into(),
        dispute.lead.as_ref().map(|id| id.as_str()).into(),
        dispute.deal.as_ref().map(|id| id.as_str()).into(),
        dispute.complaint.as_str().into(),
        dispute.opened_at.0.into(),
        dispute.opened_by.as_ref().map(|id| id.as_str()).into(),
    ]
}

pub(super) fn answer_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "dispute_answer",
        columns: "manufacturer, dispute, reason, corrections, answered_at, answered_by",
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn answer_values(answer: &DisputeAnswer) -> Vec<Bind> {
    vec![
        answer.manufacturer.as_str().into(),
        answer.dispute.as_str().into(),
        answer.reason.clone().into(),
        json(&answer.corrections).into(),
        answer.answered_at.0.into(),
        answer.answered_by.as_ref().map(|id| id.as_str()).into(),
    ]
}

fn read(row: &AnyRow) -> Result<Disputed, Error> {
    let row = Columns(row);
    let dispute = Dispute {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        partner: row.text("partner")?.into(),
        posting: row.text("posting")?.into(),
        number: row.integer("number")?,
        lead: row.maybe_text("lead")?.map(Into::into),
        deal: row.maybe_text("deal")?.map(Into::into),
        complaint: row.text("complaint")?,
        opened_at: Micros(row.integer("opened_at")?),
        opened_by: row.maybe_text("opened_by")?.map(Into::into),
    };
    let answer = match row.maybe_integer("answered_at")? {
        None => None,
        Some(at) => Some(DisputeAnswer {
            manufacturer: dispute.manufacturer.clone(),
            dispute: dispute.id.clone(),
            reason: row.maybe_text("reason")?,
            corrections: row.json("corrections")?,
            answered_at: Micros(at),
            answered_by: row.maybe_text("answered_by")?.map(Into::into),
        }),
    };
    Ok(Disputed { dispute, answer })
}

impl Store {
    pub async fn dispute(
        &self,
        manufacturer: &ManufacturerId,
        id: &DisputeId,
    ) -> Result<Option<Disputed>, Error> {
        let row = statement(format!("{WITH_ANSWER} AND d.id = $2"))
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// What was disputed of a lead's money, in the order in which it was.
    pub async fn disputes_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Disputed>, Error> {
        let rows = statement(format!("{WITH_ANSWER} AND d.lead = $2 ORDER BY d.id"))
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The last dispute of a posting.
    pub async fn last_dispute(
        &self,
        manufacturer: &ManufacturerId,
        posting: &PostingId,
    ) -> Result<Option<Disputed>, Error> {
        let text = format!("{WITH_ANSWER} AND d.posting = $2 ORDER BY d.number DESC LIMIT 1");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(posting.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// A contract's disputes in the order in which they were opened.
    pub async fn disputes(
        &self,
        manufacturer: &ManufacturerId,
        filter: &DisputeFilter,
    ) -> Result<Vec<Disputed>, Error> {
        let mut text = format!("{WITH_ANSWER} AND d.contract = $2 AND d.id > $3");
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            Bind::from(filter.contract.as_str()),
            Bind::from(filter.after.as_ref().map_or("", |id| id.as_str())),
        ];
        text.push_str(match filter.state {
            Some(DisputeState::Open) => " AND a.dispute IS NULL",
            Some(DisputeState::Answered) => " AND a.dispute IS NOT NULL",
            None => "",
        });
        text.push_str(&only("d.partner", filter.partners.as_deref(), &mut values));
        values.push(filter.limit.into());
        text.push_str(&format!(" ORDER BY d.id LIMIT ${}", values.len()));
        let rows = fetch(self, text, values).await?;
        rows.iter().map(read).collect()
    }
}
