//! Deadlines: leased by one host at a time, kept until they are dealt with.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, json, statement};
use super::{Error, Store};
use crate::domain::deadline::{Deadline, Leased, Subject};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, contract, kind, subject, component, lead, deal, \
    deadline_key, due_at, attributes, lease, leased_until";

/// What makes two deadlines the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub kind: &'static str,
    pub subject: String,
    pub component: String,
    pub key: String,
}

impl Key {
    /// Whether the end of the lead's cycle drops it.
    pub(super) fn is_dropped_with(&self, lead: &LeadId) -> bool {
        matches!(self.kind, "escalation" | "wake") && self.subject == lead.as_str()
    }
}

pub(super) fn key(deadline: &Deadline) -> Key {
    key_of(&deadline.subject, &deadline.contract, &deadline.key)
}

pub(super) fn key_of(subject: &Subject, contract: &ContractId, key: &str) -> Key {
    Key {
        kind: subject.kind(),
        subject: subject_id(subject, contract).to_owned(),
        component: component(subject).to_owned(),
        key: key.to_owned(),
    }
}

/// The identifier of what a deadline is about.
fn subject_id<'a>(subject: &'a Subject, contract: &'a ContractId) -> &'a str {
    match subject {
        Subject::Escalation(lead) | Subject::Wake(lead) | Subject::Unworked(lead) => lead.as_str(),
        Subject::Compensation { lead, deal, .. } => deal
            .as_ref()
            .map(|id| id.as_str())
            .or(lead.as_ref().map(|id| id.as_str()))
            .unwrap_or(contract.as_str()),
    }
}

fn component(subject: &Subject) -> &str {
    match subject {
        Subject::Compensation { component, .. } => component,
        _ => "",
    }
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "deadline",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, kind, subject, component, deadline_key"),
        rows,
    }
}

pub(super) fn values(deadline: &Deadline) -> Vec<Bind> {
    let (lead, deal) = match &deadline.subject {
        Subject::Escalation(lead) | Subject::Wake(lead) | Subject::Unworked(lead) => {
            (Some(lead.as_str()), None)
        }
        Subject::Compensation { lead, deal, .. } => (
            lead.as_ref().map(|id| id.as_str()),
            deal.as_ref().map(|id| id.as_str()),
        ),
    };
    vec![
        deadline.manufacturer.as_str().into(),
        deadline.id.as_str().into(),
        deadline.contract.as_str().into(),
        deadline.subject.kind().into(),
        subject_id(&deadline.subject, &deadline.contract).into(),
        component(&deadline.subject).into(),
        lead.into(),
        deal.into(),
        deadline.key.as_str().into(),
        deadline.due_at.0.into(),
        json(&deadline.attributes).into(),
        None::<String>.into(),
        0_i64.into(),
    ]
}

fn read(row: &AnyRow) -> Result<Deadline, Error> {
    let row = Columns(row);
    let kind = row.text("kind")?;
    let lead = row.maybe_text("lead")?.map(LeadId::from);
    let subject = match (kind.as_str(), lead) {
        ("escalation", Some(lead)) => Subject::Escalation(lead),
        ("wake", Some(lead)) => Subject::Wake(lead),
        ("unworked", Some(lead)) => Subject::Unworked(lead),
        ("compensation", lead) => Subject::Compensation {
            component: row.text("component")?,
            lead,
            deal: row.maybe_text("deal")?.map(Into::into),
        },
        _ => return Err(Error::corrupt("kind", &kind)),
    };
    Ok(Deadline {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        subject,
        key: row.text("deadline_key")?,
        due_at: Micros(row.integer("due_at")?),
        attributes: row.json("attributes")?,
    })
}

impl Store {
    /// Leases what is due at `now`, oldest first: nobody else gets it before
    /// `until`. The lease's name stands on each row, and a commit that finishes
    /// one is guarded by it.
    pub async fn lease_due(
        &self,
        now: Micros,
        until: Micros,
        lease: &str,
        limit: u32,
    ) -> Result<Vec<Deadline>, Error> {
        let text = format!(
            "UPDATE deadline SET lease = $1, leased_until = $2 WHERE (manufacturer, id) IN \
             (SELECT manufacturer, id FROM deadline WHERE due_at <= $3 AND leased_until <= $3 \
              ORDER BY due_at LIMIT $4{}) AND leased_until <= $3 RETURNING {COLUMNS}",
            self.engine.skip_locked()
        );
        let rows = statement(text)
            .bind(lease)
            .bind(until.0)
            .bind(now.0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        let mut leased = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        leased.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id)));
        Ok(leased)
    }

    /// Gives a lease back, so that the deadline is tried again at `at`; one that
    /// another host has taken over meanwhile stays that host's.
    pub async fn release_lease(&self, leased: &Leased, at: Micros) -> Result<(), Error> {
        sqlx::query(
            "UPDATE deadline SET lease = NULL, leased_until = $4 \
             WHERE manufacturer = $1 AND id = $2 AND lease = $3",
        )
        .bind(leased.deadline.manufacturer.as_str())
        .bind(leased.deadline.id.as_str())
        .bind(leased.lease.as_str())
        .bind(at.0)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When the next deadline is due.
    pub async fn next_due(&self) -> Result<Option<Micros>, Error> {
        let row = sqlx::query("SELECT CAST(min(due_at) AS BIGINT) AS due_at FROM deadline")
            .fetch_one(&self.pool)
            .await?;
        Ok(Columns(&row).maybe_integer("due_at")?.map(Micros))
    }

    /// When the contract's compensation components want to be woken in a span of time,
    /// the next one first.
    pub async fn wake_ups(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        from: Micros,
        until: Micros,
        limit: u32,
    ) -> Result<Vec<Deadline>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM deadline WHERE manufacturer = $1 AND kind = 'compensation' \
             AND contract = $2 AND due_at >= $3 AND due_at < $4 ORDER BY due_at, id LIMIT $5"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(from.0)
            .bind(until.0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The deadlines of a lead, the next one first.
    pub async fn deadlines_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Deadline>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM deadline WHERE manufacturer = $1 AND lead = $2 ORDER BY due_at, id"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}
