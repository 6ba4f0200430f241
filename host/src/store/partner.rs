//! Partners and their footing in contracts.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, fetch, json, only, statement};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::partner::{Leave, Participant, Partner, Position};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, code, name, partner_key, parent, country, postcode, \
    latitude, longitude, version";

const PARTICIPANT_COLUMNS: &str = "manufacturer, contract, partner, level, capacity, attributes, \
    certificates, leave_from, leave_until, blocked_until, counter, complaints_open, joined_at, \
    active, version";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "partner",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(partner: &Partner) -> Vec<Bind> {
    vec![
        partner.manufacturer.as_str().into(),
        partner.id.as_str().into(),
        partner.code.as_str().into(),
        partner.name.as_str().into(),
        partner.key.cast_signed().into(),
        partner.parent.as_ref().map(|id| id.as_str()).into(),
        partner.country.clone().into(),
        partner.postcode.clone().into(),
        partner.position.map(|position| position.latitude).into(),
        partner.position.map(|position| position.longitude).into(),
        (partner.version + 1).into(),
    ]
}

fn read(row: &AnyRow) -> Result<Partner, Error> {
    let row = Columns(row);
    let position = row
        .maybe_number("latitude")?
        .zip(row.maybe_number("longitude")?)
        .map(|(latitude, longitude)| Position {
            latitude,
            longitude,
        });
    Ok(Partner {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        code: row.text("code")?,
        name: row.text("name")?,
        key: row.integer("partner_key")?.cast_unsigned(),
        parent: row.maybe_text("parent")?.map(Into::into),
        country: row.maybe_text("country")?,
        postcode: row.maybe_text("postcode")?,
        position,
        version: row.integer("version")?,
    })
}

pub(super) fn participant_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "participant",
        columns: PARTICIPANT_COLUMNS,
        key_columns: 3,
        on_conflict: OnConflict::Replace("manufacturer, contract, partner"),
        rows,
    }
}

pub(super) fn participant_values(participant: &Participant, version: i64) -> Vec<Bind> {
    vec![
        participant.manufacturer.as_str().into(),
        participant.contract.as_str().into(),
        participant.partner.as_str().into(),
        participant.level.as_str().into(),
        participant.capacity.into(),
        json(&participant.attributes).into(),
        json(&participant.certificates).into(),
        participant.leave.map(|leave| leave.from.0).into(),
        participant.leave.map(|leave| leave.until.0).into(),
        participant.blocked_until.map(|at| at.0).into(),
        participant.counter.into(),
        participant.complaints_open.into(),
        participant.joined_at.0.into(),
        participant.active.into(),
        version.into(),
    ]
}

fn read_participant(row: &AnyRow) -> Result<Participant, Error> {
    let row = Columns(row);
    let leave = row
        .maybe_integer("leave_from")?
        .zip(row.maybe_integer("leave_until")?)
        .map(|(from, until)| Leave {
            from: Micros(from),
            until: Micros(until),
        });
    Ok(Participant {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        partner: row.text("partner")?.into(),
        level: row.text("level")?,
        capacity: row.maybe_integer("capacity")?,
        attributes: row.json("attributes")?,
        certificates: row.json("certificates")?,
        leave,
        blocked_until: row.maybe_integer("blocked_until")?.map(Micros),
        counter: row.integer("counter")?,
        complaints_open: row.integer("complaints_open")?,
        joined_at: Micros(row.integer("joined_at")?),
        active: row.flag("active")?,
        version: row.integer("version")?,
    })
}

/// The columns of a table under a prefix, so that two tables can be read from
/// one row.
fn qualified(prefix: &str, columns: &str) -> String {
    columns
        .split(',')
        .map(|column| format!("{prefix}.{}", column.trim()))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Store {
    pub async fn partner(
        &self,
        manufacturer: &ManufacturerId,
        id: &PartnerId,
    ) -> Result<Option<Partner>, Error> {
        let text = format!("SELECT {COLUMNS} FROM partner WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The partner of that code.
    pub async fn partner_by_code(
        &self,
        manufacturer: &ManufacturerId,
        code: &str,
    ) -> Result<Option<Partner>, Error> {
        let text = format!("SELECT {COLUMNS} FROM partner WHERE manufacturer = $1 AND code = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(code)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Partners after a code, in the order of codes; of `among` only, where
    /// that is given.
    pub async fn partners_after(
        &self,
        manufacturer: &ManufacturerId,
        among: Option<&[PartnerId]>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Partner>, Error> {
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            after.unwrap_or_default().into(),
            limit.into(),
        ];
        let text = format!(
            "SELECT {COLUMNS} FROM partner \
             WHERE manufacturer = $1 AND code > $2{} ORDER BY code LIMIT $3",
            only("id", among, &mut values)
        );
        fetch(self, text, values).await?.iter().map(read).collect()
    }

    /// A contract's participants after a partner, in the order of the partners'
    /// identifiers; of `among` only, where that is given.
    pub async fn participants_after(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        among: Option<&[PartnerId]>,
        after: Option<&PartnerId>,
        limit: u32,
    ) -> Result<Vec<Participant>, Error> {
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            contract.as_str().into(),
            after.map_or("", |id| id.as_str()).into(),
            limit.into(),
        ];
        let text = format!(
            "SELECT {PARTICIPANT_COLUMNS} FROM participant \
             WHERE manufacturer = $1 AND contract = $2 AND partner > $3{} \
             ORDER BY partner LIMIT $4",
            only("partner", among, &mut values)
        );
        let rows = fetch(self, text, values).await?;
        rows.iter().map(read_participant).collect()
    }

    /// All partners of a manufacturer, by code.
    pub async fn partners(&self, manufacturer: &ManufacturerId) -> Result<Vec<Partner>, Error> {
        let text = format!("SELECT {COLUMNS} FROM partner WHERE manufacturer = $1 ORDER BY code");
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A partner and all below it in the tree, each once, so that a circle which
    /// was written by hand ends too.
    pub async fn with_those_below(
        &self,
        manufacturer: &ManufacturerId,
        partner: &PartnerId,
    ) -> Result<Vec<PartnerId>, Error> {
        let text = "WITH RECURSIVE below (id) AS ( \
               SELECT CAST($2 AS TEXT) \
               UNION SELECT p.id FROM partner p JOIN below b ON p.parent = b.id \
               WHERE p.manufacturer = $1) \
             SELECT id FROM below";
        let rows = statement(text.to_owned())
            .bind(manufacturer.as_str())
            .bind(partner.as_str())
            .fetch_all(&self.pool)
            .await?;
        let id = |row| Columns(row).text("id").map(PartnerId::from);
        rows.iter().map(id).collect()
    }

    /// A contract's participants with their partners, by the partners' keys.
    pub async fn participants(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<(Participant, Partner)>, Error> {
        // Two statements: a joined row would have columns of the same name.
        let text = format!(
            "SELECT {} FROM partner p JOIN participant c \
             ON c.manufacturer = p.manufacturer AND c.partner = p.id \
             WHERE c.manufacturer = $1 AND c.contract = $2 ORDER BY p.partner_key",
            qualified("p", COLUMNS)
        );
        let partners = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        let text = format!(
            "SELECT {PARTICIPANT_COLUMNS} FROM participant \
             WHERE manufacturer = $1 AND contract = $2"
        );
        let participants = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        let mut by_partner = participants
            .iter()
            .map(|row| {
                let participant = read_participant(row)?;
                Ok((participant.partner.clone(), participant))
            })
            .collect::<Result<std::collections::HashMap<_, _>, Error>>()?;
        partners
            .iter()
            .map(read)
            .filter_map(|partner| match partner {
                Ok(partner) => by_partner
                    .remove(&partner.id)
                    .map(|participant| Ok((participant, partner))),
                Err(error) => Some(Err(error)),
            })
            .collect()
    }

    pub async fn participant(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        partner: &PartnerId,
    ) -> Result<Option<Participant>, Error> {
        let text = format!(
            "SELECT {PARTICIPANT_COLUMNS} FROM participant \
             WHERE manufacturer = $1 AND contract = $2 AND partner = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(partner.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_participant).transpose()
    }

    /// The participant whose partner has that key.
    pub async fn participant_by_key(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        key: i64,
    ) -> Result<Option<Participant>, Error> {
        let row =
            sqlx::query("SELECT id FROM partner WHERE manufacturer = $1 AND partner_key = $2")
                .bind(manufacturer.as_str())
                .bind(key)
                .fetch_optional(&self.pool)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let partner = PartnerId::from(row.try_get::<String, _>("id")?);
        self.participant(manufacturer, contract, &partner).await
    }
}
