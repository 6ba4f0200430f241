//! Contracts with their terms.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, fetch, only, statement};
use super::{Error, Store};
use crate::domain::contract::{Contract, Manufacturer, TermsVersion};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, code, name, test, terms_version, partners_version, \
    created_at, version";
const TERMS_COLUMNS: &str = "manufacturer, contract, version, document, created_at";

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

impl Store {
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

    /// The contract of these codes, with whose it is.
    pub async fn contract_by_codes(
        &self,
        manufacturer: &str,
        contract: &str,
    ) -> Result<Option<(Manufacturer, Contract)>, Error> {
        let Some(manufacturer) = self.manufacturer_by_code(manufacturer).await? else {
            return Ok(None);
        };
        let contract = self.contract_by_code(&manufacturer.id, contract).await?;
        Ok(contract.map(|contract| (manufacturer, contract)))
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

    /// The first contracts of all manufacturers.
    pub async fn first_contracts(&self, limit: u32) -> Result<Vec<Contract>, Error> {
        let text = format!("SELECT {COLUMNS} FROM contract ORDER BY manufacturer, code LIMIT $1");
        let rows = statement(text)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
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
}
