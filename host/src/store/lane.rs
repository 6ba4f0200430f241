//! Lanes: how far a contract's events have been paid, and which host is at it.

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::ledger::Lane;
use crate::domain::time::Micros;

/// The columns of the lease stay as they are.
pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lane",
        columns: "manufacturer, contract, position, version",
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, contract"),
        rows,
    }
}

pub(super) fn values(lane: &Lane) -> Vec<Bind> {
    vec![
        lane.manufacturer.as_str().into(),
        lane.contract.as_str().into(),
        lane.position.into(),
        lane.version.into(),
    ]
}

impl Store {
    /// Takes a contract's lane for this host until `until`, or keeps it where the
    /// lease is its own; none while another host has it.
    pub async fn lease_lane(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        lease: &str,
        now: Micros,
        until: Micros,
    ) -> Result<Option<Lane>, Error> {
        let row = sqlx::query(
            "INSERT INTO lane (manufacturer, contract, position, version, lease, leased_until) \
             VALUES ($1, $2, 0, 0, $3, $4) ON CONFLICT (manufacturer, contract) DO UPDATE \
             SET lease = excluded.lease, leased_until = excluded.leased_until \
             WHERE lane.leased_until <= $5 OR lane.lease = $3 RETURNING position, version",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(lease)
        .bind(until.0)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Columns(&row);
        Ok(Some(Lane {
            manufacturer: manufacturer.clone(),
            contract: contract.clone(),
            position: row.integer("position")?,
            version: row.integer("version")?,
        }))
    }

    /// A contract's lane, whoever is at it.
    pub async fn lane(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Lane, Error> {
        let text = "SELECT position, version FROM lane WHERE manufacturer = $1 AND contract = $2";
        let row = sqlx::query(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let (position, version) = match &row {
            Some(row) => {
                let row = Columns(row);
                (row.integer("position")?, row.integer("version")?)
            }
            None => (0, 0),
        };
        Ok(Lane {
            manufacturer: manufacturer.clone(),
            contract: contract.clone(),
            position,
            version,
        })
    }

    /// Gives a lane back.
    pub async fn release_lane(&self, lane: &Lane, lease: &str) -> Result<(), Error> {
        sqlx::query(
            "UPDATE lane SET leased_until = 0 \
             WHERE manufacturer = $1 AND contract = $2 AND lease = $3",
        )
        .bind(lane.manufacturer.as_str())
        .bind(lane.contract.as_str())
        .bind(lease)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The contracts with compensation, and whether events wait in their lanes.
    pub async fn paying_contracts(&self) -> Result<Vec<PayingContract>, Error> {
        let text = "SELECT c.manufacturer AS manufacturer, c.id AS contract, \
             CAST(CASE WHEN EXISTS (SELECT 1 FROM event e \
              WHERE e.manufacturer = c.manufacturer AND e.contract = c.id \
              AND e.position > COALESCE(l.position, 0)) THEN 1 ELSE 0 END AS BIGINT) AS behind \
             FROM contract c LEFT JOIN lane l \
             ON l.manufacturer = c.manufacturer AND l.contract = c.id \
             WHERE EXISTS (SELECT 1 FROM binding b WHERE b.manufacturer = c.manufacturer \
              AND b.contract = c.id AND b.slot LIKE 'compensation/%') \
             ORDER BY c.manufacturer, c.id";
        let rows = statement(text.to_owned()).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(PayingContract {
                    manufacturer: row.text("manufacturer")?.into(),
                    contract: row.text("contract")?.into(),
                    is_behind: row.flag("behind")?,
                })
            })
            .collect()
    }
}

/// A contract whose events are paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayingContract {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub is_behind: bool,
}
