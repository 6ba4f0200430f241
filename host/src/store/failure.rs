//! Answers that policies could not give by their own fault.

use super::decision::first_id;
use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::decision::Decision;
use crate::domain::generation::is_own_failure;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "policy_failure",
        columns: "manufacturer, contract, slot, generation, decision, code",
        key_columns: 5,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

/// None where the decision is no such failure, or of money: what pays is never
/// replaced by itself.
pub(super) fn values(decision: &Decision) -> Option<Vec<Bind>> {
    let is_of_money = decision.slot.contains('/');
    (is_own_failure(&decision.outcome) && !is_of_money).then(|| {
        vec![
            decision.manufacturer.as_str().into(),
            decision.contract.as_str().into(),
            decision.slot.as_str().into(),
            decision.generation.into(),
            decision.id.as_str().into(),
            decision.outcome.as_str().into(),
        ]
    })
}

impl Store {
    /// The codes of a generation's failures since an instant, the last one first,
    /// whichever host has met them.
    pub async fn failures(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
        since: Micros,
        limit: u32,
    ) -> Result<Vec<String>, Error> {
        let text = "SELECT code FROM policy_failure WHERE manufacturer = $1 AND contract = $2 \
             AND slot = $3 AND generation = $4 AND decision >= $5 ORDER BY decision DESC LIMIT $6";
        let rows = statement(text.to_owned())
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(generation)
            .bind(first_id(since))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Columns(row).text("code")).collect()
    }
}
