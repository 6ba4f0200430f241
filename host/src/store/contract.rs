//! Manufacturers, contracts with their terms, and what is bound to their slots.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::changes::{Changes, Command};
use super::sql::{Bind, Columns, OnConflict, Rows, fetch, only, statement};
use super::{Error, Store};
use crate::domain::contract::{Binding, Contract, Manufacturer, TermsVersion};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, code, name, test, terms_version, partners_version, \
    created_at, version";
const TERMS_COLUMNS: &str = "manufacturer, contract, version, document, created_at";
const BINDING_COLUMNS: &str = "manufacturer, contract, slot, generation, plugin_digest, \
    configuration, configuration_digest, active_from, comment";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "contract",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(contract: &Contract, version: i64) -> Vec<Bind> {
    vec![
        contract.manufacturer.as_str().into(),
        contract.id.as_str().into(),
        contract.code.as_str().into(),
        contract.name.as_str().into(),
        contract.test.into(),
        contract.terms_version.into(),
        contract.partners_version.into(),
        contract.created_at.0.into(),
        version.into(),
    ]
}

fn read(row: &AnyRow) -> Result<Contract, Error> {
    let row = Columns(row);
    Ok(Contract {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        code: row.text("code")?,
        name: row.text("name")?,
        test: row.flag("test")?,
        terms_version: row.integer("terms_version")?,
        partners_version: row.integer("partners_version")?,
        created_at: Micros(row.integer("created_at")?),
        version: row.integer("version")?,
    })
}

pub(super) fn terms_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "terms",
        columns: TERMS_COLUMNS,
        key_columns: 3,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn terms_values(terms: &TermsVersion) -> Vec<Bind> {
    vec![
        terms.manufacturer.as_str().into(),
        terms.contract.as_str().into(),
        terms.version.into(),
        terms.document.as_str().into(),
        terms.created_at.0.into(),
    ]
}

pub(super) fn binding_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "binding",
        columns: BINDING_COLUMNS,
        key_columns: 4,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn binding_values(binding: &Binding) -> Vec<Bind> {
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

fn read_binding(row: &AnyRow) -> Result<Binding, Error> {
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

fn read_manufacturer(row: &AnyRow) -> Result<Manufacturer, Error> {
    let row = Columns(row);
    Ok(Manufacturer {
        id: row.text("id")?.into(),
        code: row.text("code")?,
        name: row.text("name")?,
        created_at: Micros(row.integer("created_at")?),
    })
}

/// Adds the manufacturer with an empty feed, unless it is there.
pub(super) async fn begin_manufacturer(
    connection: &mut AnyConnection,
    new: &Manufacturer,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO manufacturer (id, code, name, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(new.id.as_str())
    .bind(new.code.as_str())
    .bind(new.name.as_str())
    .bind(new.created_at.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO feed (manufacturer, position) VALUES ($1, 0) \
         ON CONFLICT (manufacturer) DO NOTHING",
    )
    .bind(new.id.as_str())
    .execute(&mut *connection)
    .await?;
    Ok(())
}

pub(super) async fn rename_manufacturer(
    connection: &mut AnyConnection,
    renamed: &Manufacturer,
) -> Result<(), Error> {
    sqlx::query("UPDATE manufacturer SET name = $2 WHERE id = $1")
        .bind(renamed.id.as_str())
        .bind(renamed.name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Adds a manufacturer with an empty feed.
    ///
    /// # Errors
    /// `Conflict` when the code is taken.
    pub async fn add_manufacturer(&self, manufacturer: &Manufacturer) -> Result<(), Error> {
        self.commit(Command {
            manufacturer: manufacturer.id.clone(),
            changes: Changes {
                manufacturer: Some(manufacturer.clone()),
                ..Changes::default()
            },
        })
        .await?;
        Ok(())
    }

    /// Manufacturers after a code, in the order of codes.
    pub async fn manufacturers_after(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Manufacturer>, Error> {
        let rows = sqlx::query(
            "SELECT id, code, name, created_at FROM manufacturer \
             WHERE code > $1 ORDER BY code LIMIT $2",
        )
        .bind(after.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_manufacturer).collect()
    }

    pub async fn manufacturer(&self, id: &ManufacturerId) -> Result<Option<Manufacturer>, Error> {
        let row = sqlx::query("SELECT id, code, name, created_at FROM manufacturer WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_manufacturer).transpose()
    }

    /// All manufacturers, by code.
    pub async fn manufacturers(&self) -> Result<Vec<Manufacturer>, Error> {
        let rows = sqlx::query("SELECT id, code, name, created_at FROM manufacturer ORDER BY code")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_manufacturer).collect()
    }

    pub async fn manufacturer_by_code(&self, code: &str) -> Result<Option<Manufacturer>, Error> {
        let row =
            sqlx::query("SELECT id, code, name, created_at FROM manufacturer WHERE code = $1")
                .bind(code)
                .fetch_optional(&self.pool)
                .await?;
        row.as_ref().map(read_manufacturer).transpose()
    }

    pub async fn contract(
        &self,
        manufacturer: &ManufacturerId,
        id: &ContractId,
    ) -> Result<Option<Contract>, Error> {
        let text = format!("SELECT {COLUMNS} FROM contract WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    pub async fn contract_by_code(
        &self,
        manufacturer: &ManufacturerId,
        code: &str,
    ) -> Result<Option<Contract>, Error> {
        let text = format!("SELECT {COLUMNS} FROM contract WHERE manufacturer = $1 AND code = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(code)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Contracts after a code, in the order of codes; only those in which one of
    /// `among` has a footing, where that is given.
    pub async fn contracts_after(
        &self,
        manufacturer: &ManufacturerId,
        among: Option<&[PartnerId]>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Contract>, Error> {
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            after.unwrap_or_default().into(),
            limit.into(),
        ];
        let footing = match among {
            None => String::new(),
            Some(_) => format!(
                " AND id IN (SELECT contract FROM participant WHERE manufacturer = $1{})",
                only("partner", among, &mut values)
            ),
        };
        let text = format!(
            "SELECT {COLUMNS} FROM contract \
             WHERE manufacturer = $1 AND code > $2{footing} ORDER BY code LIMIT $3"
        );
        fetch(self, text, values).await?.iter().map(read).collect()
    }

    /// All contracts of a manufacturer, by code.
    pub async fn contracts(&self, manufacturer: &ManufacturerId) -> Result<Vec<Contract>, Error> {
        let text = format!("SELECT {COLUMNS} FROM contract WHERE manufacturer = $1 ORDER BY code");
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// All contracts of all manufacturers.
    pub async fn all_contracts(&self) -> Result<Vec<Contract>, Error> {
        let text = format!("SELECT {COLUMNS} FROM contract ORDER BY manufacturer, code");
        let rows = statement(text).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    pub async fn terms(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        version: i64,
    ) -> Result<Option<TermsVersion>, Error> {
        let text = format!(
            "SELECT {TERMS_COLUMNS} FROM terms \
             WHERE manufacturer = $1 AND contract = $2 AND version = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(version)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Columns(&row);
        Ok(Some(TermsVersion {
            manufacturer: row.text("manufacturer")?.into(),
            contract: row.text("contract")?.into(),
            version: row.integer("version")?,
            document: row.text("document")?,
            created_at: Micros(row.integer("created_at")?),
        }))
    }

    /// What is in force: the latest generation of each slot.
    pub async fn bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {BINDING_COLUMNS} FROM binding b \
             WHERE manufacturer = $1 AND contract = $2 AND generation = \
             (SELECT max(generation) FROM binding l WHERE l.manufacturer = b.manufacturer \
              AND l.contract = b.contract AND l.slot = b.slot) ORDER BY slot"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_binding).collect()
    }

    /// Which versions of the terms there are, and since when; the oldest first.
    pub async fn terms_versions(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<(i64, Micros)>, Error> {
        let rows = sqlx::query(
            "SELECT version, created_at FROM terms \
             WHERE manufacturer = $1 AND contract = $2 ORDER BY version",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok((row.integer("version")?, Micros(row.integer("created_at")?)))
            })
            .collect()
    }

    /// Every generation of every compensation component, the oldest first.
    pub async fn compensation_bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {BINDING_COLUMNS} FROM binding WHERE manufacturer = $1 AND contract = $2 \
             AND slot LIKE 'compensation/%' ORDER BY slot, generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_binding).collect()
    }

    /// What is in force in a slot.
    pub async fn binding(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
    ) -> Result<Option<Binding>, Error> {
        let text = format!(
            "SELECT {BINDING_COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 \
             ORDER BY generation DESC LIMIT 1"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_binding).transpose()
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
            "SELECT {BINDING_COLUMNS} FROM binding \
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
        rows.iter().map(read_binding).collect()
    }

    /// Every generation there has been of a slot, oldest first.
    pub async fn generations(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {BINDING_COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 ORDER BY generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_binding).collect()
    }
}
