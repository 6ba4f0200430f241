//! What waits in the database, for whoever watches over it.

use super::sql::{Columns, statement};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

/// Manufacturers that are looked at.
const MANUFACTURERS_MAX: i64 = 200;

/// A manufacturer and where its feed is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub manufacturer: ManufacturerId,
    pub code: String,
    pub position: i64,
}

/// Leads of a contract that wait for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manual {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub leads: i64,
    /// Since when the first one has.
    pub since: Micros,
}

/// A contract, and whether it pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub code: String,
    pub pays: bool,
    /// When its first event that is not paid yet was recorded.
    pub unpaid_since: Option<Micros>,
}

/// How this host uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub connections_in_use: u32,
    pub connections_idle: u32,
    pub connections_max: u32,
    /// Commands that wait to be committed.
    pub commands_waiting: usize,
}

impl Store {
    /// How much of the database this host uses now.
    pub fn usage(&self) -> Usage {
        let (all, idle) = self.pool.open_and_idle();
        Usage {
            connections_in_use: all - idle,
            connections_idle: idle,
            connections_max: self.pool.connections_max(),
            commands_waiting: self.writer.waiting(),
        }
    }

    /// The feeds of the first manufacturers.
    pub async fn feeds(&self) -> Result<Vec<Feed>, Error> {
        let text = "SELECT m.id AS id, m.code AS code, f.position AS position \
             FROM manufacturer m JOIN feed f ON f.manufacturer = m.id ORDER BY m.id LIMIT $1";
        let rows = sqlx::query(text)
            .bind(MANUFACTURERS_MAX)
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Feed {
                    manufacturer: row.text("id")?.into(),
                    code: row.text("code")?,
                    position: row.integer("position")?,
                })
            })
            .collect()
    }

    /// The contracts in which leads wait for a person.
    pub async fn manual_queues(&self) -> Result<Vec<Manual>, Error> {
        let text = "SELECT manufacturer, contract, count(*) AS leads, \
             min(manual_since) AS since FROM lead WHERE manual_since IS NOT NULL \
             GROUP BY manufacturer, contract";
        let rows = statement(text.to_owned()).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Manual {
                    manufacturer: row.text("manufacturer")?.into(),
                    contract: row.text("contract")?.into(),
                    leads: row.integer("leads")?,
                    since: Micros(row.integer("since")?),
                })
            })
            .collect()
    }

    /// The first contracts, and what waits in their lanes.
    pub async fn watched_contracts(&self, limit: u32) -> Result<Vec<Watched>, Error> {
        let text = "SELECT c.manufacturer AS manufacturer, c.id AS contract, c.code AS code, \
             CAST(CASE WHEN EXISTS (SELECT 1 FROM binding b \
              WHERE b.manufacturer = c.manufacturer AND b.contract = c.id \
              AND b.slot LIKE 'compensation/%') THEN 1 ELSE 0 END AS BIGINT) AS pays, \
             (SELECT e.recorded_at FROM event e \
              WHERE e.manufacturer = c.manufacturer AND e.contract = c.id \
              AND e.position > COALESCE(l.position, 0) \
              ORDER BY e.position LIMIT 1) AS unpaid_since \
             FROM contract c LEFT JOIN lane l \
             ON l.manufacturer = c.manufacturer AND l.contract = c.id \
             ORDER BY c.manufacturer, c.id LIMIT $1";
        let rows = sqlx::query(text)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Watched {
                    manufacturer: row.text("manufacturer")?.into(),
                    contract: row.text("contract")?.into(),
                    code: row.text("code")?,
                    pays: row.flag("pays")?,
                    unpaid_since: row.maybe_integer("unpaid_since")?.map(Micros),
                })
            })
            .collect()
    }
}
