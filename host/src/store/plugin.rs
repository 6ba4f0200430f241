//! Components, kept by their digest.

mod shared;

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::ids::ManufacturerId;
use crate::domain::plugin::PluginRecord;
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, digest, name, version, kind, manifest, component, uploaded_at";
const WITHOUT_BYTES: &str = "digest, name, version, kind, manifest, \
    CAST(length(component) AS BIGINT) AS size_bytes, uploaded_at";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "plugin",
        columns: COLUMNS,
        key_columns: 2,
        // The same bytes again are the same plugin; the same name and version
        // with other bytes are refused by the schema.
        on_conflict: OnConflict::Replace("manufacturer, digest"),
        rows,
    }
}

pub(super) fn values(plugin: &PluginRecord) -> Vec<Bind> {
    vec![
        plugin.manufacturer.as_str().into(),
        plugin.digest.as_str().into(),
        plugin.name.as_str().into(),
        plugin.version.as_str().into(),
        plugin.kind.as_str().into(),
        plugin.manifest.as_str().into(),
        plugin.component.clone().into(),
        plugin.uploaded_at.0.into(),
    ]
}

fn read(row: &AnyRow, component: Vec<u8>) -> Result<PluginRecord, Error> {
    let row = Columns(row);
    Ok(PluginRecord {
        manufacturer: row.text("manufacturer")?.into(),
        digest: row.text("digest")?,
        name: row.text("name")?,
        version: row.text("version")?,
        kind: row.text("kind")?,
        manifest: row.text("manifest")?,
        size_bytes: row.integer("size_bytes")?,
        component,
        uploaded_at: Micros(row.integer("uploaded_at")?),
    })
}

impl Store {
    /// The component of that digest, which is the manufacturer's own.
    pub async fn plugin_bytes(
        &self,
        manufacturer: &ManufacturerId,
        digest: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let row =
            sqlx::query("SELECT component FROM plugin WHERE manufacturer = $1 AND digest = $2")
                .bind(manufacturer.as_str())
                .bind(digest)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|row| Columns(&row).bytes("component")).transpose()
    }

    /// The manufacturer's own plugin of that name and version, without its bytes.
    pub async fn plugin_by_version(
        &self,
        manufacturer: &ManufacturerId,
        name: &str,
        version: &str,
    ) -> Result<Option<PluginRecord>, Error> {
        let text = format!(
            "SELECT manufacturer, {WITHOUT_BYTES} FROM plugin \
             WHERE manufacturer = $1 AND name = $2 AND version = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(name)
            .bind(version)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row, Vec::new())).transpose()
    }

    /// The manufacturer's own plugin of that digest, without its bytes.
    pub async fn plugin(
        &self,
        manufacturer: &ManufacturerId,
        digest: &str,
    ) -> Result<Option<PluginRecord>, Error> {
        let text = format!(
            "SELECT manufacturer, {WITHOUT_BYTES} FROM plugin \
             WHERE manufacturer = $1 AND digest = $2"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(digest)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row, Vec::new())).transpose()
    }
}
