//! Plugins that the operator shares with all manufacturers, and what each of them
//! finds: its own and these, by one statement whatever is there.

use sqlx::Connection;
use sqlx::any::AnyRow;

use super::super::changes::Changes;
use super::super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::super::{Error, Store, audit, imports};
use super::WITHOUT_BYTES;
use crate::domain::ids::ManufacturerId;
use crate::domain::plugin::PluginRecord;

const COLUMNS: &str = "digest, name, version, kind, manifest, component, uploaded_at";

/// What the manufacturer `$1` finds, its own first; of these and of the shared ones
/// those that fulfil a condition.
fn visible(condition: &str) -> String {
    format!(
        "SELECT CAST(0 AS BIGINT) AS shared, manufacturer, {WITHOUT_BYTES} FROM plugin \
         WHERE manufacturer = $1 AND {condition} \
         UNION ALL \
         SELECT CAST(1 AS BIGINT) AS shared, '' AS manufacturer, {WITHOUT_BYTES} \
         FROM shared_plugin WHERE {condition}"
    )
}

fn read(row: &AnyRow) -> Result<PluginRecord, Error> {
    super::read(row, Vec::new())
}

fn values(plugin: &PluginRecord) -> Vec<Bind> {
    vec![
        plugin.digest.as_str().into(),
        plugin.name.as_str().into(),
        plugin.version.as_str().into(),
        plugin.kind.as_str().into(),
        plugin.manifest.as_str().into(),
        plugin.component.clone().into(),
        plugin.uploaded_at.0.into(),
    ]
}

impl Store {
    /// Commits what is of no manufacturer: plugins, the lines that tell of them, and
    /// the answer to whoever asked. Nothing else of the changes is looked at.
    ///
    /// # Errors
    /// `Conflict` where there is such a plugin, by digest or by name and version, or
    /// such an answer.
    pub async fn commit_shared(&self, changes: &Changes) -> Result<(), Error> {
        self.share_and_withdraw(changes, None).await.map(|_| ())
    }

    /// The same, and the plugin of that digest is shared no more; false where it was not,
    /// and nothing is committed.
    pub async fn withdraw_shared(&self, digest: &str, changes: &Changes) -> Result<bool, Error> {
        self.share_and_withdraw(changes, Some(digest)).await
    }

    async fn share_and_withdraw(
        &self,
        changes: &Changes,
        withdrawn: Option<&str>,
    ) -> Result<bool, Error> {
        let nobody = ManufacturerId::nobody();
        let plugins = Rows {
            table: "shared_plugin",
            columns: COLUMNS,
            key_columns: 1,
            on_conflict: OnConflict::Fail,
            rows: changes.plugins.iter().map(values).collect(),
        };
        let told = changes.audit.iter().map(audit::values).collect();
        let answers = changes.answer.iter();
        let answers = answers
            .map(|answer| imports::answer_values(nobody.as_str(), answer))
            .collect();
        let mut lent = self.pool.lend().await?;
        let written = async {
            let mut transaction = lent.begin_with(self.engine.begin()).await?;
            if let Some(digest) = withdrawn {
                sqlx::query(
                    "INSERT INTO withdrawn_plugin (name, version, digest) \
                     SELECT name, version, digest FROM shared_plugin WHERE digest = $1 \
                     ON CONFLICT DO NOTHING",
                )
                .bind(digest.to_owned())
                .execute(&mut *transaction)
                .await?;
                let deleted = sqlx::query("DELETE FROM shared_plugin WHERE digest = $1")
                    .bind(digest.to_owned())
                    .execute(&mut *transaction)
                    .await?;
                if deleted.rows_affected() == 0 {
                    return Ok::<bool, Error>(false);
                }
            }
            plugins.write(&mut transaction).await?;
            audit::rows(told).write(&mut transaction).await?;
            let answers = imports::answer_rows(answers);
            answers.write(&mut transaction).await?;
            transaction.commit().await.map_err(Error::of_commit)?;
            Ok(true)
        };
        let outcome = self.pool.bounded(written).await;
        if outcome
            .as_ref()
            .is_err_and(|error| error.trouble().is_some())
        {
            lent.give_up();
        }
        outcome
    }

    /// The digest that a name and version had when they were shared, and go on meaning.
    pub async fn withdrawn_digest(
        &self,
        name: &str,
        version: &str,
    ) -> Result<Option<String>, Error> {
        let text = "SELECT digest FROM withdrawn_plugin WHERE name = $1 AND version = $2";
        let row = sqlx::query(text)
            .bind(name.to_owned())
            .bind(version.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Columns(&row).text("digest")).transpose()
    }

    /// Plugins after a name and version, in the order of these: the manufacturer's
    /// own and the shared ones, or these alone. What has the name and version of an
    /// own one is left out.
    pub async fn visible_plugins(
        &self,
        manufacturer: &ManufacturerId,
        after: Option<(&str, &str)>,
        limit: u32,
    ) -> Result<Vec<PluginRecord>, Error> {
        let (name, version) = after.unwrap_or_default();
        let text = format!(
            "WITH visible AS ({}) SELECT * FROM visible v WHERE shared = 0 OR NOT EXISTS \
             (SELECT 1 FROM plugin p WHERE p.manufacturer = $1 \
              AND p.name = v.name AND p.version = v.version) \
             ORDER BY name, version LIMIT $4",
            visible("(name, version) > ($2, $3)")
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(name.to_owned())
            .bind(version.to_owned())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The plugin of that name and version: the manufacturer's own, or else the
    /// shared one.
    pub async fn visible_plugin_by_version(
        &self,
        manufacturer: &ManufacturerId,
        name: &str,
        version: &str,
    ) -> Result<Option<PluginRecord>, Error> {
        let found = visible("name = $2 AND version = $3");
        let row = statement(format!("{found} ORDER BY shared LIMIT 1"))
            .bind(manufacturer.as_str())
            .bind(name.to_owned())
            .bind(version.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The plugin of that digest, the manufacturer's own or shared.
    pub async fn visible_plugin(
        &self,
        manufacturer: &ManufacturerId,
        digest: &str,
    ) -> Result<Option<PluginRecord>, Error> {
        let found = visible("digest = $2");
        let row = statement(format!("{found} ORDER BY shared LIMIT 1"))
            .bind(manufacturer.as_str())
            .bind(digest.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The component of that digest, the manufacturer's own or shared.
    pub async fn visible_component(
        &self,
        manufacturer: &ManufacturerId,
        digest: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query(
            "SELECT component FROM plugin WHERE manufacturer = $1 AND digest = $2 \
             UNION ALL SELECT component FROM shared_plugin WHERE digest = $2 LIMIT 1",
        )
        .bind(manufacturer.as_str())
        .bind(digest)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Columns(&row).bytes("component")).transpose()
    }
}
