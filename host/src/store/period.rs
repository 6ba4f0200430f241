//! Periods of contracts. One that is not stored is open.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::calendar::Cadence;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::ledger::{PeriodRecord, PeriodState};
use crate::domain::time::Micros;

const COLUMNS: &str =
    "manufacturer, contract, name, cadence, begins, ends, state, closed_at, closed_by";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "period",
        columns: COLUMNS,
        key_columns: 3,
        on_conflict: OnConflict::Replace("manufacturer, contract, name"),
        rows,
    }
}

pub(super) fn values(period: &PeriodRecord) -> Vec<Bind> {
    vec![
        period.manufacturer.as_str().into(),
        period.contract.as_str().into(),
        period.name.as_str().into(),
        period.cadence.as_str().into(),
        period.begins.0.into(),
        period.ends.0.into(),
        period.state.as_str().into(),
        period.closed_at.map(|at| at.0).into(),
        period.closed_by.clone().into(),
    ]
}

fn read(row: &AnyRow) -> Result<PeriodRecord, Error> {
    let row = Columns(row);
    Ok(PeriodRecord {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        name: row.text("name")?,
        cadence: row.code("cadence", Cadence::parse)?,
        begins: Micros(row.integer("begins")?),
        ends: Micros(row.integer("ends")?),
        state: row.code("state", PeriodState::parse)?,
        closed_at: row.maybe_integer("closed_at")?.map(Micros),
        closed_by: row.maybe_text("closed_by")?,
    })
}

impl Store {
    /// The periods of a contract that are stored, in the order of time.
    pub async fn periods(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<PeriodRecord>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM period \
             WHERE manufacturer = $1 AND contract = $2 ORDER BY begins"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}
