//! Who has changed what of how a manufacturer works.

use super::sql::{Bind, Columns, OnConflict, Rows};
use super::{Error, Store};
use crate::domain::audit::AuditEntry;
use crate::domain::ids::{AuditId, ManufacturerId};
use crate::domain::time::Micros;

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "audit",
        columns: "manufacturer, id, at, actor, change",
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(entry: &AuditEntry) -> Vec<Bind> {
    vec![
        entry.manufacturer.as_str().into(),
        entry.id.as_str().into(),
        entry.at.0.into(),
        entry.actor.as_ref().map(|id| id.as_str()).into(),
        entry.change.as_str().into(),
    ]
}

impl Store {
    /// The manufacturer's changes after one, in the order in which they were
    /// made.
    pub async fn audit(
        &self,
        manufacturer: &ManufacturerId,
        after: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Error> {
        let rows = sqlx::query(
            "SELECT manufacturer, id, at, actor, change FROM audit \
             WHERE manufacturer = $1 AND id > $2 ORDER BY id LIMIT $3",
        )
        .bind(manufacturer.as_str())
        .bind(after.map_or("", |id| id.as_str()))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(AuditEntry {
                    manufacturer: row.text("manufacturer")?.into(),
                    id: row.text("id")?.into(),
                    at: Micros(row.integer("at")?),
                    actor: row.maybe_text("actor")?.map(Into::into),
                    change: row.text("change")?,
                })
            })
            .collect()
    }
}
