//! The tenants of this server, each with its feed.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::changes::{Changes, Command};
use super::sql::Columns;
use super::{Error, Store};
use crate::domain::contract::Manufacturer;
use crate::domain::ids::ManufacturerId;
use crate::domain::time::Micros;

fn read(row: &AnyRow) -> Result<Manufacturer, Error> {
    let row = Columns(row);
    Ok(Manufacturer {
        id: row.text("id")?.into(),
        code: row.text("code")?,
        name: row.text("name")?,
        created_at: Micros(row.integer("created_at")?),
    })
}

/// Adds the manufacturer with an empty feed, unless it is there.
pub(super) async fn begin(connection: &mut AnyConnection, new: &Manufacturer) -> Result<(), Error> {
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

pub(super) async fn rename(
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

/// Writes a row as it is, to learn whether the database takes it.
pub(super) async fn touch_one(connection: &mut AnyConnection) -> Result<(), Error> {
    sqlx::query(
        "UPDATE feed SET position = position \
         WHERE manufacturer = (SELECT min(manufacturer) FROM feed)",
    )
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
        rows.iter().map(read).collect()
    }

    pub async fn manufacturer(&self, id: &ManufacturerId) -> Result<Option<Manufacturer>, Error> {
        let row = sqlx::query("SELECT id, code, name, created_at FROM manufacturer WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// All manufacturers, by code.
    pub async fn manufacturers(&self) -> Result<Vec<Manufacturer>, Error> {
        let rows = sqlx::query("SELECT id, code, name, created_at FROM manufacturer ORDER BY code")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub async fn manufacturer_by_code(&self, code: &str) -> Result<Option<Manufacturer>, Error> {
        let row =
            sqlx::query("SELECT id, code, name, created_at FROM manufacturer WHERE code = $1")
                .bind(code)
                .fetch_optional(&self.pool)
                .await?;
        row.as_ref().map(read).transpose()
    }
}
