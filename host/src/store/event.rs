//! Events: the only outbox. Position order is commit order, so a reader's
//! cursor never skips one that came late.

use std::collections::HashSet;

use sqlx::any::AnyRow;

use super::ledger::by_column;
use super::packed::{self, Models};
use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, json, only, statement};
use super::{Error, Store};
use crate::domain::book::Subject;
use crate::domain::event::EventCode;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::time::Micros;

/// Whose attributes are packed: an offer names many partners. No other's, for what people
/// have written is erased with a person, and a model stays.
const PACKED: EventCode = EventCode::Offered;
/// Those that are longer, in bytes.
const PACKED_FROM: usize = 512;

const WRITTEN: &str = "manufacturer, position, id, contract, lead, cycle, deal, partner, code, \
    occurred_at, recorded_at, attributes, lines, decision, actor, model, packed";

/// An event as it is read.
pub(super) const COLUMNS: &str = "manufacturer, position, id, contract, lead, cycle, deal, \
    partner, code, occurred_at, recorded_at, attributes, lines, decision, actor, packed, \
    (SELECT bytes FROM model WHERE model.manufacturer = event.manufacturer \
     AND model.id = event.model) AS model_bytes";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "event",
        columns: WRITTEN,
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(
    event: &Event,
    position: i64,
    models: &mut Models,
) -> Result<Vec<Bind>, Error> {
    let mut attributes = json(&event.attributes);
    let mut packed = None;
    if event.code == PACKED.as_str() && attributes.len() > PACKED_FROM {
        let kind = format!("{} {}", event.contract, event.code);
        packed = Some(models.pack(&event.manufacturer, &kind, attributes.as_bytes())?);
        // The version before reads what is there.
        attributes = "{}".to_owned();
    }
    let (model, packed) = packed.map(|packed| (packed.model, packed.bytes)).unzip();
    Ok(vec![
        event.manufacturer.as_str().into(),
        position.into(),
        event.id.as_str().into(),
        event.contract.as_str().into(),
        event.lead.as_ref().map(|id| id.as_str()).into(),
        event.cycle.into(),
        event.deal.as_ref().map(|id| id.as_str()).into(),
        event.partner.as_ref().map(|id| id.as_str()).into(),
        event.code.as_str().into(),
        event.occurred_at.0.into(),
        event.recorded_at.0.into(),
        attributes.into(),
        json(&event.lines).into(),
        event.decision.as_ref().map(|id| id.as_str()).into(),
        event.actor.as_ref().map(|id| id.as_str()).into(),
        model.into(),
        packed.into(),
    ])
}

pub(super) fn read(row: &AnyRow) -> Result<Positioned, Error> {
    let row = Columns(row);
    let attributes = match packed::unpacked(&row)? {
        Some(attributes) => serde_json::from_slice(&attributes)
            .map_err(|error| Error::corrupt("packed", &error.to_string()))?,
        None => row.json("attributes")?,
    };
    Ok(Positioned {
        position: row.integer("position")?,
        event: Event {
            manufacturer: row.text("manufacturer")?.into(),
            id: row.text("id")?.into(),
            contract: row.text("contract")?.into(),
            lead: row.maybe_text("lead")?.map(Into::into),
            cycle: row.small("cycle")?,
            deal: row.maybe_text("deal")?.map(Into::into),
            partner: row.maybe_text("partner")?.map(Into::into),
            code: row.text("code")?,
            occurred_at: Micros(row.integer("occurred_at")?),
            recorded_at: Micros(row.integer("recorded_at")?),
            attributes,
            lines: row.json("lines")?,
            decision: row.maybe_text("decision")?.map(Into::into),
            actor: row.maybe_text("actor")?.map(Into::into),
        },
    })
}

impl Store {
    /// The feed after a position.
    pub async fn events(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Positioned>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM event \
             WHERE manufacturer = $1 AND position > $2 ORDER BY position LIMIT $3"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A contract's events after a position.
    pub async fn events_of_contract(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Positioned>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM event WHERE manufacturer = $1 AND contract = $2 \
             AND position > $3 ORDER BY position LIMIT $4"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A lead's timeline, oldest first.
    pub async fn events_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Positioned>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM event WHERE manufacturer = $1 AND lead = $2 ORDER BY position"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The contract's events that occurred in a span of time, in the order in
    /// which they are paid: by instant, then by identifier. A page begins after
    /// the last event of the one before: `after` is its instant and identifier,
    /// or the beginning of the span and no identifier.
    pub async fn events_occurred(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        after: (Micros, &str),
        until: Micros,
        limit: u32,
    ) -> Result<Vec<Positioned>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM event WHERE manufacturer = $1 AND contract = $2 \
             AND (occurred_at, id) > ($3, $4) AND occurred_at < $5 \
             ORDER BY occurred_at, id LIMIT $6"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(after.0.0)
            .bind(after.1)
            .bind(until.0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Those of these deals and leads that an event names which follows `after` in the
    /// order of time and identifiers, and occurred before `until`.
    pub async fn named_later(
        &self,
        manufacturer: &ManufacturerId,
        subjects: &[Subject],
        after: (Micros, &str),
        until: Micros,
    ) -> Result<HashSet<Subject>, Error> {
        let mut found = HashSet::new();
        for chunk in subjects.chunks(IDS_AT_ONCE) {
            for (column, ids) in by_column(chunk) {
                let mut values = vec![
                    manufacturer.as_str().into(),
                    after.0.0.into(),
                    after.1.into(),
                    until.0.into(),
                ];
                let text = text_of_named(column, &ids, &mut values);
                for row in fetch(self, text, values).await? {
                    let named = Columns(&row).text("named")?;
                    found.insert(match column {
                        "deal" => Subject::Deal(named.into()),
                        _ => Subject::Lead(named.into()),
                    });
                }
            }
        }
        Ok(found)
    }

    /// When the contract's first event occurred.
    pub async fn first_occurred(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Option<Micros>, Error> {
        let row = sqlx::query(
            "SELECT CAST(min(occurred_at) AS BIGINT) AS occurred_at FROM event \
             WHERE manufacturer = $1 AND contract = $2",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .fetch_one(&self.pool)
        .await?;
        Ok(Columns(&row).maybe_integer("occurred_at")?.map(Micros))
    }

    /// When the last of the contract's events that occurred in a span was recorded.
    pub async fn last_recorded(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        from: Micros,
        until: Micros,
    ) -> Result<Option<Micros>, Error> {
        let row = sqlx::query(
            "SELECT CAST(max(recorded_at) AS BIGINT) AS recorded_at FROM event \
             WHERE manufacturer = $1 AND contract = $2 \
             AND occurred_at >= $3 AND occurred_at < $4",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(from.0)
        .bind(until.0)
        .fetch_one(&self.pool)
        .await?;
        Ok(Columns(&row).maybe_integer("recorded_at")?.map(Micros))
    }

    /// Position of the manufacturer's last event.
    pub async fn last_position(&self, manufacturer: &ManufacturerId) -> Result<i64, Error> {
        let row = sqlx::query("SELECT position FROM feed WHERE manufacturer = $1")
            .bind(manufacturer.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map_or(Ok(0), |row| Columns(&row).integer("position"))
    }
}

pub(super) fn text_of_named(column: &str, ids: &[&str], values: &mut Vec<Bind>) -> String {
    let among = only(column, Some(ids), values);
    format!(
        "SELECT DISTINCT {column} AS named FROM event WHERE manufacturer = $1 \
         AND (occurred_at, id) > ($2, $3) AND occurred_at < $4{among}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::{AttributeValue, Attributes};

    #[test]
    fn what_people_write_is_never_in_a_model() {
        let text = AttributeValue::Text("They told me ".repeat(100));
        let event = |code: &str| Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: None,
            cycle: 0,
            deal: None,
            partner: None,
            code: code.to_owned(),
            occurred_at: Micros(0),
            recorded_at: Micros(0),
            attributes: Attributes::from([("note".to_owned(), text.clone())]),
            lines: Vec::new(),
            decision: None,
            actor: None,
        };
        for (code, is_packed) in [
            ("contacted", false),
            ("their-own", false),
            ("offered", true),
        ] {
            let mut models = Models::default();
            let values = values(&event(code), 1, &mut models).unwrap();
            let packed = matches!(values.last(), Some(Bind::Bytes(Some(_))));
            assert_eq!(packed, is_packed, "{code}");
            assert_eq!(models.rows(&"m".into()).rows.len(), usize::from(is_packed));
        }
    }
}
