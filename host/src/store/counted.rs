//! Figures as they were counted up to a position.

use super::sql::Columns;
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId};

impl Store {
    /// What was counted of a contract last, in a form that the caller knows.
    pub async fn counted(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        form: i64,
    ) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query(
            "SELECT document FROM counted \
             WHERE manufacturer = $1 AND contract = $2 AND form = $3",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(form)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Columns(&row).bytes("document")).transpose()
    }

    /// Keeps what was counted up to a position, unless another host has counted
    /// further.
    pub async fn keep_counted(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        form: i64,
        position: i64,
        document: Vec<u8>,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO counted (manufacturer, contract, form, position, document) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (manufacturer, contract) DO UPDATE \
             SET form = excluded.form, position = excluded.position, \
             document = excluded.document \
             WHERE counted.form <> excluded.form OR counted.position < excluded.position",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(form)
        .bind(position)
        .bind(document)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
