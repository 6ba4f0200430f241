//! The servers of the database, and what each says that it runs. It is written
//! beside the commits: no tenant's row rests on it.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, bind, numbered, padded, statement};
use super::{Error, Store};
use crate::domain::generation::Standing;
use crate::domain::host::{HostRecord, LoadError, Running};
use crate::domain::ids::{ContractId, HostId, ManufacturerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "id, name, version, started_at, seen_at";
const RUNNING_COLUMNS: &str = "manufacturer, contract, host, slot, generation, runs, stage, \
    error_code, error";

fn read(row: &AnyRow) -> Result<HostRecord, Error> {
    let row = Columns(row);
    Ok(HostRecord {
        id: row.text("id")?.into(),
        name: row.text("name")?,
        version: row.text("version")?,
        started_at: Micros(row.integer("started_at")?),
        seen_at: Micros(row.integer("seen_at")?),
    })
}

fn values(running: &Running) -> Vec<Bind> {
    let error = running.error.as_ref();
    vec![
        running.manufacturer.as_str().into(),
        running.contract.as_str().into(),
        running.host.as_str().into(),
        running.slot.as_str().into(),
        running.generation.into(),
        running.runs.into(),
        running.stage.as_str().into(),
        error.map(|error| error.code.as_str()).into(),
        error.map(|error| error.text.as_str()).into(),
    ]
}

fn read_running(row: &AnyRow) -> Result<Running, Error> {
    let row = Columns(row);
    let code = row.maybe_text("error_code")?;
    let text = row.maybe_text("error")?.unwrap_or_default();
    Ok(Running {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        host: row.text("host")?.into(),
        slot: row.text("slot")?,
        generation: row.integer("generation")?,
        runs: row.flag("runs")?,
        stage: row.code("stage", Standing::parse)?,
        error: code.map(|code| LoadError { code, text }),
    })
}

impl Store {
    /// Takes down a host's sign of life. Answers whether it was on record: if it was
    /// not, or not any more, nothing of what it runs is.
    pub async fn see_host(&self, host: &HostRecord) -> Result<bool, Error> {
        let seen = sqlx::query("UPDATE host SET seen_at = $1 WHERE id = $2")
            .bind(host.seen_at.0)
            .bind(host.id.as_str())
            .execute(&self.pool)
            .await?;
        if seen.rows_affected() > 0 {
            return Ok(true);
        }
        let text = format!("INSERT INTO host ({COLUMNS}) VALUES ($1, $2, $3, $4, $5)");
        statement(text)
            .bind(host.id.as_str())
            .bind(host.name.as_str())
            .bind(host.version.as_str())
            .bind(host.started_at.0)
            .bind(host.seen_at.0)
            .execute(&self.pool)
            .await?;
        Ok(false)
    }

    /// Takes down what a host runs of a contract, and takes out what it has no longer.
    /// No transaction: only that host writes these rows, and it writes them again
    /// where it was interrupted.
    pub async fn keep_running(&self, running: &[Running], gone: &[Running]) -> Result<(), Error> {
        let rows = Rows {
            table: "host_generation",
            columns: RUNNING_COLUMNS,
            key_columns: 5,
            on_conflict: OnConflict::Replace("manufacturer, contract, host, slot, generation"),
            rows: running.iter().map(values).collect(),
        };
        let mut lent = self.pool.lend().await?;
        let written = self.pool.bounded(rows.write(&mut lent)).await;
        if written
            .as_ref()
            .is_err_and(|error| error.trouble().is_some())
        {
            lent.give_up();
        }
        written?;
        for gone in gone {
            sqlx::query(
                "DELETE FROM host_generation WHERE manufacturer = $1 AND contract = $2 \
                 AND host = $3 AND slot = $4 AND generation = $5",
            )
            .bind(gone.manufacturer.as_str())
            .bind(gone.contract.as_str())
            .bind(gone.host.as_str())
            .bind(gone.slot.as_str())
            .bind(gone.generation)
            .execute(&self.pool)
            .await?;
        }
        Ok(())
    }

    /// Forgets a host that has ended.
    pub async fn forget_host(&self, host: &HostId) -> Result<(), Error> {
        for text in [
            "DELETE FROM host_generation WHERE host = $1",
            "DELETE FROM host WHERE id = $1",
        ] {
            let forgotten = sqlx::query(text).bind(host.as_str());
            forgotten.execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Forgets every host that was last seen before that instant.
    pub async fn forget_hosts(&self, before: Micros) -> Result<(), Error> {
        for text in [
            "DELETE FROM host_generation WHERE host IN (SELECT id FROM host WHERE seen_at < $1)",
            "DELETE FROM host WHERE seen_at < $1",
        ] {
            let forgotten = sqlx::query(text).bind(before.0);
            forgotten.execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Every host on record, by name.
    pub async fn hosts(&self) -> Result<Vec<HostRecord>, Error> {
        let text = format!("SELECT {COLUMNS} FROM host ORDER BY name, id");
        let rows = statement(text).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// What hosts have said that they run of a contract.
    pub async fn running(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Running>, Error> {
        let text = format!(
            "SELECT {RUNNING_COLUMNS} FROM host_generation \
             WHERE manufacturer = $1 AND contract = $2 ORDER BY host, slot, generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_running).collect()
    }

    /// The versions of a manufacturer's contracts and of their terms now.
    pub async fn versions_of(
        &self,
        manufacturer: &ManufacturerId,
        contracts: &[ContractId],
    ) -> Result<BTreeMap<ContractId, (i64, i64)>, Error> {
        let mut found = BTreeMap::new();
        for chunk in contracts.chunks(IDS_AT_ONCE) {
            let ids = padded(chunk);
            let mut query = statement(format!(
                "SELECT id, version, terms_version FROM contract \
                 WHERE manufacturer = $1 AND id IN ({})",
                numbered(2, ids.len())
            ));
            query = query.bind(manufacturer.as_str());
            for id in &ids {
                query = bind(query, id.as_str().into());
            }
            for row in query.fetch_all(&self.pool).await? {
                let row = Columns(&row);
                let versions = (row.integer("version")?, row.integer("terms_version")?);
                found.insert(row.text("id")?.into(), versions);
            }
        }
        Ok(found)
    }
}
