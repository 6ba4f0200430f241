//! How far files have been imported, and the answers kept for repeated requests.

use super::changes::{ImportProgress, KeptAnswer};
use super::sql::{Bind, Columns, OnConflict, Rows};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "import_progress",
        columns: "manufacturer, contract, file_digest, mapping_digest, rows_done",
        key_columns: 4,
        on_conflict: OnConflict::Replace("manufacturer, contract, file_digest, mapping_digest"),
        rows,
    }
}

pub(super) fn values(manufacturer: &str, progress: &ImportProgress) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        progress.contract.as_str().into(),
        progress.file_digest.as_str().into(),
        progress.mapping_digest.as_str().into(),
        progress.rows_done.into(),
    ]
}

pub(super) fn answer_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "kept_answer",
        columns: "manufacturer, actor, answer_key, request_digest, status, body, answered_at",
        key_columns: 3,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn answer_values(manufacturer: &str, answer: &KeptAnswer) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        answer.actor.as_str().into(),
        answer.key.as_str().into(),
        answer.request_digest.as_str().into(),
        i64::from(answer.status).into(),
        answer.body.clone().into(),
        answer.at.0.into(),
    ]
}

impl Store {
    /// How many rows of the file have been dealt with.
    pub async fn imported_rows(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        file_digest: &str,
        mapping_digest: &str,
    ) -> Result<i64, Error> {
        let row = sqlx::query(
            "SELECT rows_done FROM import_progress WHERE manufacturer = $1 AND contract = $2 \
             AND file_digest = $3 AND mapping_digest = $4",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(file_digest)
        .bind(mapping_digest)
        .fetch_optional(&self.pool)
        .await?;
        row.map_or(Ok(0), |row| Columns(&row).integer("rows_done"))
    }

    /// The answer that was given for an Idempotency-Key.
    pub async fn kept_answer(
        &self,
        manufacturer: &ManufacturerId,
        actor: &str,
        key: &str,
    ) -> Result<Option<KeptAnswer>, Error> {
        let row = sqlx::query(
            "SELECT request_digest, status, body, answered_at FROM kept_answer \
             WHERE manufacturer = $1 AND actor = $2 AND answer_key = $3",
        )
        .bind(manufacturer.as_str())
        .bind(actor)
        .bind(key)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Columns(&row);
        let status = row.integer("status")?;
        Ok(Some(KeptAnswer {
            actor: actor.to_owned(),
            key: key.to_owned(),
            request_digest: row.text("request_digest")?,
            status: u16::try_from(status)
                .map_err(|_| Error::corrupt("status", &status.to_string()))?,
            body: row.bytes("body")?,
            at: Micros(row.integer("answered_at")?),
        }))
    }

    /// Forgets up to `count_max` answers that were given before `before`.
    /// Answers how many.
    pub async fn forget_answers(&self, before: Micros, count_max: u32) -> Result<u64, Error> {
        let done = sqlx::query(
            "DELETE FROM kept_answer WHERE (manufacturer, actor, answer_key) IN ( \
               SELECT manufacturer, actor, answer_key FROM kept_answer \
               WHERE answered_at < $1 ORDER BY answered_at LIMIT $2)",
        )
        .bind(before.0)
        .bind(i64::from(count_max))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }
}
