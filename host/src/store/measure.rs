//! Measures and targets, and where postcodes lie.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, numbered, only, padded};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::measure::{Measure, MeasureKind};
use crate::domain::partner::{Place, Position};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, contract, partner, kind, name, valid_from, valid_until, value";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "measure",
        columns: COLUMNS,
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

fn read(row: &AnyRow) -> Result<Measure, Error> {
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
}

/// Which measures a list shows.
#[derive(Clone, Debug, Default)]
pub struct MeasureFilter {
    /// Those that hold at some time from then …
    pub from: Option<Micros>,
    /// … until before then.
    pub until: Option<Micros>,
    pub kind: Option<MeasureKind>,
    pub name: Option<String>,
    /// Of these partners only.
    pub among: Option<Vec<PartnerId>>,
    /// Only those after this one, in the order of partner, kind, name and
    /// beginning.
    pub after: Option<(PartnerId, MeasureKind, String, Micros)>,
    pub limit: u32,
}

/// Keys in one statement.
const CHUNK: usize = 200;

impl Store {
    /// A page of a contract's measures.
    pub async fn measures(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        filter: &MeasureFilter,
    ) -> Result<Vec<Measure>, Error> {
        let mut text =
            format!("SELECT {COLUMNS} FROM measure WHERE manufacturer = $1 AND contract = $2");
        let mut values = vec![Bind::from(manufacturer.as_str()), contract.as_str().into()];
        let mut and = |condition: &str, value: Bind| {
            values.push(value);
            text.push_str(&format!(" AND {condition} ${}", values.len()));
        };
        if let Some(from) = filter.from {
            and("valid_until >", from.0.into());
        }
        if let Some(until) = filter.until {
            and("valid_from <", until.0.into());
        }
        if let Some(kind) = filter.kind {
            and("kind =", kind.as_str().into());
        }
        if let Some(name) = &filter.name {
            and("name =", name.as_str().into());
        }
        if let Some((partner, kind, name, from)) = &filter.after {
            let first = values.len() + 1;
            values.extend([
                Bind::from(partner.as_str()),
                kind.as_str().into(),
                name.as_str().into(),
                from.0.into(),
            ]);
            text.push_str(&format!(
                " AND (partner, kind, name, valid_from) > ({})",
                numbered(first, 4)
            ));
        }
        text.push_str(&only("partner", filter.among.as_deref(), &mut values));
        values.push(filter.limit.into());
        text.push_str(&format!(
            " ORDER BY partner, kind, name, valid_from LIMIT ${}",
            values.len()
        ));
        fetch(self, text, values).await?.iter().map(read).collect()
    }

    /// Of which partners, and under which names, a contract has measures or targets.
    pub async fn measure_names(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<(PartnerId, MeasureKind, String)>, Error> {
        let text = "SELECT DISTINCT partner, kind, name FROM measure \
             WHERE manufacturer = $1 AND contract = $2"
            .to_owned();
        let values = vec![Bind::from(manufacturer.as_str()), contract.as_str().into()];
        let rows = fetch(self, text, values).await?;
        let rows = rows.iter().map(Columns);
        rows.map(|row| {
            Ok((
                row.text("partner")?.into(),
                row.code("kind", MeasureKind::parse)?,
                row.text("name")?,
            ))
        })
        .collect()
    }

    /// What is stored under the same partner, kind, name and beginning.
    pub async fn measures_like(&self, measures: &[Measure]) -> Result<Vec<Measure>, Error> {
        let mut found = Vec::new();
        for chunk in measures.chunks(CHUNK) {
            let places: Vec<String> = (0..chunk.len())
                .map(|row| format!("({})", numbered(1 + row * 6, 6)))
                .collect();
            let text = format!(
                "WITH wanted (a, b, c, d, e, f) AS (VALUES {}) \
                 SELECT {COLUMNS} FROM wanted CROSS JOIN measure WHERE manufacturer = a \
                 AND contract = b AND partner = c AND kind = d AND name = e AND valid_from = f",
                places.join(", ")
            );
            let values = chunk.iter().flat_map(|row| {
                [
                    Bind::from(row.manufacturer.as_str()),
                    row.contract.as_str().into(),
                    row.partner.as_str().into(),
                    row.kind.as_str().into(),
                    row.name.as_str().into(),
                    row.from.0.into(),
                ]
            });
            let rows = fetch(self, text, values.collect()).await?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    /// The measures and targets of a contract that hold at `at`.
    pub async fn measures_at(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        at: Micros,
    ) -> Result<Vec<Measure>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM measure WHERE manufacturer = $1 AND contract = $2 \
             AND valid_from <= $3 AND valid_until > $3 ORDER BY valid_from"
        );
        let values = vec![
            Bind::from(manufacturer.as_str()),
            contract.as_str().into(),
            at.0.into(),
        ];
        fetch(self, text, values).await?.iter().map(read).collect()
    }

    /// Those of these places, by country and postcode, that are known.
    pub async fn places_among(
        &self,
        manufacturer: &ManufacturerId,
        postcodes: &[(&str, &str)],
    ) -> Result<Vec<Place>, Error> {
        let mut places = Vec::with_capacity(postcodes.len());
        for chunk in postcodes.chunks(IDS_AT_ONCE) {
            let chunk = padded(chunk);
            let pairs: Vec<String> = (0..chunk.len())
                .map(|row| {
                    format!(
                        "(country = ${} AND postcode = ${})",
                        2 * row + 2,
                        2 * row + 3
                    )
                })
                .collect();
            let mut values = vec![Bind::from(manufacturer.as_str())];
            for (country, postcode) in chunk {
                values.extend([Bind::from(country), Bind::from(postcode)]);
            }
            let text = format!(
                "SELECT country, postcode, latitude, longitude FROM place \
                 WHERE manufacturer = $1 AND ({})",
                pairs.join(" OR ")
            );
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                places.push(Place {
                    country: row.text("country")?,
                    postcode: row.text("postcode")?,
                    position: Position {
                        latitude: row.number("latitude")?,
                        longitude: row.number("longitude")?,
                    },
                });
            }
        }
        Ok(places)
    }
}
