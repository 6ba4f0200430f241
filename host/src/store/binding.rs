//! What is bound to the slots of contracts, generation by generation.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::contract::Binding;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, contract, slot, generation, plugin_digest, \
    configuration, configuration_digest, active_from, comment";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "binding",
        columns: COLUMNS,
        key_columns: 4,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(binding: &Binding) -> Vec<Bind> {
    vec![
        binding.manufacturer.as_str().into(),
        binding.contract.as_str().into(),
        binding.slot.as_str().into(),
        binding.generation.into(),
        binding.plugin_digest.as_str().into(),
        binding.configuration.as_str().into(),
        binding.configuration_digest.as_str().into(),
        binding.active_from.0.into(),
        binding.comment.as_str().into(),
    ]
}

fn read(row: &AnyRow) -> Result<Binding, Error> {
    let row = Columns(row);
    Ok(Binding {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        generation: row.integer("generation")?,
        plugin_digest: row.text("plugin_digest")?,
        configuration: row.text("configuration")?,
        configuration_digest: row.text("configuration_digest")?,
        active_from: Micros(row.integer("active_from")?),
        comment: row.text("comment")?,
    })
}

impl Store {
    /// What is in force: the latest generation of each slot.
    pub async fn bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding b \
             WHERE manufacturer = $1 AND contract = $2 AND generation = \
             (SELECT max(generation) FROM binding l WHERE l.manufacturer = b.manufacturer \
              AND l.contract = b.contract AND l.slot = b.slot) ORDER BY slot"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Every generation of every compensation component, the oldest first.
    pub async fn compensation_bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding WHERE manufacturer = $1 AND contract = $2 \
             AND slot LIKE 'compensation/%' ORDER BY slot, generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// What is in force in a slot.
    pub async fn binding(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
    ) -> Result<Option<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 \
             ORDER BY generation DESC LIMIT 1"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The generations of a slot before one, the latest first.
    pub async fn generations_before(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 AND generation < $4 \
             ORDER BY generation DESC LIMIT $5"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Every generation there has been of a slot, oldest first.
    pub async fn generations(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 ORDER BY generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}
