//! Measures and targets, and where postcodes lie.

use super::sql::{Bind, Columns, OnConflict, Rows};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::measure::{Measure, MeasureKind};
use crate::domain::partner::{Place, Position};
use crate::domain::time::Micros;

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "measure",
        columns: "manufacturer, contract, partner, kind, name, valid_from, valid_until, value",
        key_columns: 6,
        on_conflict: OnConflict::Replace("manufacturer, contract, partner, kind, name, valid_from"),
        rows,
    }
}

pub(super) fn values(measure: &Measure) -> Vec<Bind> {
    vec![
        measure.manufacturer.as_str().into(),
        measure.contract.as_str().into(),
        measure.partner.as_str().into(),
        measure.kind.as_str().into(),
        measure.name.as_str().into(),
        measure.from.0.into(),
        measure.until.0.into(),
        measure.value.into(),
    ]
}

pub(super) fn place_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "place",
        columns: "manufacturer, country, postcode, latitude, longitude",
        key_columns: 3,
        on_conflict: OnConflict::Replace("manufacturer, country, postcode"),
        rows,
    }
}

pub(super) fn place_values(manufacturer: &str, place: &Place) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        place.country.as_str().into(),
        place.postcode.as_str().into(),
        place.position.latitude.into(),
        place.position.longitude.into(),
    ]
}

impl Store {
    /// The measures and targets of a contract that hold at `at`.
    pub async fn measures_at(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        at: Micros,
    ) -> Result<Vec<Measure>, Error> {
        let rows = sqlx::query(
            "SELECT manufacturer, contract, partner, kind, name, valid_from, valid_until, value \
             FROM measure WHERE manufacturer = $1 AND contract = $2 AND valid_from <= $3 \
             AND valid_until > $3 ORDER BY valid_from",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(at.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Measure {
                    manufacturer: row.text("manufacturer")?.into(),
                    contract: row.text("contract")?.into(),
                    partner: row.text("partner")?.into(),
                    kind: row.code("kind", MeasureKind::parse)?,
                    name: row.text("name")?,
                    from: Micros(row.integer("valid_from")?),
                    until: Micros(row.integer("valid_until")?),
                    value: row.number("value")?,
                })
            })
            .collect()
    }

    /// Where a postcode lies; none where it is not known.
    pub async fn place(
        &self,
        manufacturer: &ManufacturerId,
        country: &str,
        postcode: &str,
    ) -> Result<Option<Position>, Error> {
        let row = sqlx::query(
            "SELECT latitude, longitude FROM place \
             WHERE manufacturer = $1 AND country = $2 AND postcode = $3",
        )
        .bind(manufacturer.as_str())
        .bind(country)
        .bind(postcode)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Columns(&row);
        Ok(Some(Position {
            latitude: row.number("latitude")?,
            longitude: row.number("longitude")?,
        }))
    }
}
