//! Decisions: one policy call each, committed with what it led to.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use super::packed::{self, Models};
use super::sql::{
    Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, json, numbered, only, statement,
};
use super::{Error, Row, Store};
use crate::domain::contract::Contract;
use crate::domain::decision::Decision;
use crate::domain::ids::{ContractId, DecisionId, EventId, LeadId, ManufacturerId};
use crate::domain::lifecycle::State;
use crate::domain::time::Micros;

/// Events in one statement.
const EVENTS_AT_ONCE: usize = 200;
/// Decisions among which those of a slot are looked for.
const LOOKED_AT_MAX: i64 = 20_000;

/// What is looked for and joined with. The rest of a receipt is packed, with the columns
/// that the versions before this wrote left empty.
const WRITTEN: &str = "manufacturer, id, contract, lead, deal, event, slot, function, asked_at, \
    generation, terms_version, interface, plugin, plugin_digest, configuration_digest, \
    artifact_digest, engine, baked, fuel, outcome, input, output, log, follows, number, model, \
    packed";

/// A decision as it is read.
pub(super) const COLUMNS: &str = "manufacturer, id, contract, lead, deal, event, slot, function, \
    asked_at, generation, terms_version, interface, plugin, plugin_digest, configuration_digest, \
    artifact_digest, engine, baked, fuel, outcome, input, output, log, follows, number, packed, \
    (SELECT bytes FROM model WHERE model.manufacturer = decision.manufacturer \
     AND model.id = decision.model) AS model_bytes";

/// What nobody looks for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Body {
    interface: String,
    plugin: String,
    plugin_digest: String,
    configuration_digest: String,
    terms_digest: Option<String>,
    artifact_digest: String,
    engine: String,
    baked: bool,
    limits: Option<String>,
    log: Vec<String>,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "decision",
        columns: WRITTEN,
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(
    decision: &Decision,
    number: i64,
    models: &mut Models,
) -> Result<Vec<Bind>, Error> {
    let body = json(&Body {
        interface: decision.interface.clone(),
        plugin: decision.plugin.clone(),
        plugin_digest: decision.plugin_digest.clone(),
        configuration_digest: decision.configuration_digest.clone(),
        terms_digest: decision.terms_digest.clone(),
        artifact_digest: decision.artifact_digest.clone(),
        engine: decision.engine.clone(),
        baked: decision.baked,
        limits: decision.limits.clone(),
        log: decision.log.clone(),
    });
    let whole = packed::joined(&[body.as_bytes(), &decision.input, &decision.output]);
    let kind = format!(
        "{} {} {}",
        decision.contract, decision.slot, decision.function
    );
    let packed = models.pack(&decision.manufacturer, &kind, &whole)?;
    let none = || Bind::from("");
    Ok(vec![
        decision.manufacturer.as_str().into(),
        decision.id.as_str().into(),
        decision.contract.as_str().into(),
        decision.lead.as_ref().map(|id| id.as_str()).into(),
        decision.deal.as_ref().map(|id| id.as_str()).into(),
        decision.event.as_ref().map(|id| id.as_str()).into(),
        decision.slot.as_str().into(),
        decision.function.as_str().into(),
        decision.asked_at.0.into(),
        decision.generation.into(),
        decision.terms_version.into(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        false.into(),
        decision.fuel.into(),
        decision.outcome.as_str().into(),
        Vec::new().into(),
        Vec::new().into(),
        // The version before reads what is there.
        "[]".into(),
        decision.follows.as_ref().map(|id| id.as_str()).into(),
        number.into(),
        packed.model.into(),
        packed.bytes.into(),
    ])
}

/// Without its place in the chain, which is the commit's.
pub(super) fn read(row: &AnyRow) -> Result<Decision, Error> {
    let row = Columns(row);
    let (body, input, output) = match packed::unpacked(&row)? {
        Some(whole) => parts(&whole)?,
        // As the version before has written it.
        None => (
            body_of_before(&row)?,
            row.bytes("input")?,
            row.bytes("output")?,
        ),
    };
    Ok(Decision {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        lead: row.maybe_text("lead")?.map(Into::into),
        deal: row.maybe_text("deal")?.map(Into::into),
        event: row.maybe_text("event")?.map(Into::into),
        slot: row.text("slot")?,
        function: row.text("function")?,
        asked_at: Micros(row.integer("asked_at")?),
        generation: row.integer("generation")?,
        terms_version: row.integer("terms_version")?,
        interface: body.interface,
        plugin: body.plugin,
        plugin_digest: body.plugin_digest,
        configuration_digest: body.configuration_digest,
        terms_digest: body.terms_digest,
        artifact_digest: body.artifact_digest,
        engine: body.engine,
        baked: body.baked,
        limits: body.limits,
        fuel: row.integer("fuel")?,
        micros: 0,
        outcome: row.text("outcome")?,
        input,
        output,
        log: body.log,
        follows: row.maybe_text("follows")?.map(Into::into),
    })
}

fn parts(whole: &[u8]) -> Result<(Body, Vec<u8>, Vec<u8>), Error> {
    let parts = packed::split::<3>(whole);
    let [body, input, output] =
        parts.ok_or_else(|| Error::corrupt("packed", "a receipt of other parts"))?;
    let body = serde_json::from_slice(body)
        .map_err(|error| Error::corrupt("packed", &error.to_string()))?;
    Ok((body, input.to_vec(), output.to_vec()))
}

fn body_of_before(row: &Columns<'_>) -> Result<Body, Error> {
    Ok(Body {
        interface: row.text("interface")?,
        plugin: row.text("plugin")?,
        plugin_digest: row.text("plugin_digest")?,
        configuration_digest: row.text("configuration_digest")?,
        terms_digest: None,
        artifact_digest: row.text("artifact_digest")?,
        engine: row.text("engine")?,
        baked: row.flag("baked")?,
        limits: None,
        log: row.json("log")?,
    })
}

impl Store {
    pub async fn decision(
        &self,
        manufacturer: &ManufacturerId,
        id: &DecisionId,
    ) -> Result<Option<Decision>, Error> {
        let text = format!("SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The decisions after one, in the order in which they were made: of a contract, and
    /// from an instant on, where these are named.
    pub async fn decisions(
        &self,
        manufacturer: &ManufacturerId,
        contract: Option<&ContractId>,
        since: Option<Micros>,
        after: Option<&DecisionId>,
        limit: u32,
    ) -> Result<Vec<Row<Decision>>, Error> {
        let since = since.map(first_id).unwrap_or_default();
        let mut values: Vec<Bind> = vec![
            manufacturer.as_str().into(),
            since.into(),
            after.map_or("", DecisionId::as_str).into(),
            limit.into(),
        ];
        let contract = only("contract", contract.map(std::slice::from_ref), &mut values);
        let text = format!(
            "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND id >= $2 AND id > $3\
             {contract} ORDER BY id LIMIT $4"
        );
        let rows = fetch(self, text, values).await?;
        rows.iter()
            .map(|row| Ok((Columns(row).text("id")?, read(row))))
            .collect()
    }

    /// When the first and the last decision were made, to the millisecond, if there are
    /// any.
    pub async fn decided_between(
        &self,
        manufacturer: &ManufacturerId,
    ) -> Result<Option<(Micros, Micros)>, Error> {
        let end = async |order: &str| -> Result<Option<Micros>, Error> {
            let text = format!(
                "SELECT id FROM decision WHERE manufacturer = $1 ORDER BY id {order} LIMIT 1"
            );
            let row = statement(text).bind(manufacturer.as_str());
            let row = row.fetch_optional(&self.pool).await?;
            let id = row.map(|row| Columns(&row).text("id")).transpose()?;
            Ok(id.as_deref().and_then(made_at))
        };
        Ok(end("ASC").await?.zip(end("DESC").await?))
    }

    /// What `award` was asked about events, and answered; the last time first.
    pub async fn awards_of_events(
        &self,
        manufacturer: &ManufacturerId,
        events: &[EventId],
    ) -> Result<Vec<Decision>, Error> {
        let mut found = Vec::new();
        for chunk in events.chunks(EVENTS_AT_ONCE) {
            let text = format!(
                "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND event IN ({})",
                numbered(2, chunk.len())
            );
            let mut query = statement(text).bind(manufacturer.as_str());
            for event in chunk {
                query = query.bind(event.as_str());
            }
            for row in query.fetch_all(&self.pool).await? {
                found.push(read(&row)?);
            }
        }
        // Sorted here: asked for an order, SQLite walks all decisions in it.
        found.sort_by(|a: &Decision, b| b.id.cmp(&a.id));
        Ok(found)
    }

    /// The first answer of a generation of a compensation slot to the period that ends
    /// at `ends`.
    pub async fn first_settlement(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
        ends: Micros,
    ) -> Result<Option<Decision>, Error> {
        let rows = statement(text_of_settlements())
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(ends.0)
            .bind(slot)
            .bind(generation)
            .fetch_all(&self.pool)
            .await?;
        let settlements: Vec<Decision> = rows.iter().map(read).collect::<Result<_, _>>()?;
        // Sorted here: asked for an order, SQLite walks all decisions in it.
        Ok(settlements.into_iter().min_by(|a, b| a.id.cmp(&b.id)))
    }

    /// What a generation of a slot has decided since an instant, oldest first, after
    /// a decision where one is named. Walks all that was decided since.
    pub async fn decided(
        &self,
        contract: &Contract,
        slot: &str,
        generation: i64,
        since: Micros,
        after: Option<&DecisionId>,
        limit: u32,
    ) -> Result<Vec<Decided>, Error> {
        let text = "SELECT d.id, d.lead, d.function, d.outcome, d.asked_at, l.state FROM decision d \
             LEFT JOIN lead l ON l.manufacturer = d.manufacturer AND l.id = d.lead \
             WHERE d.manufacturer = $1 AND d.id > $2 AND d.contract = $3 AND d.slot = $4 \
             AND d.generation = $5 ORDER BY d.id LIMIT $6";
        let first = first_id(since);
        let after = after.map_or(first.as_str(), |id| id.as_str().max(&first));
        let rows = statement(text.to_owned())
            .bind(contract.manufacturer.as_str())
            .bind(after)
            .bind(contract.id.as_str())
            .bind(slot)
            .bind(generation)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_decided).collect()
    }

    /// How questions to a generation of a slot ended that were decided within a time,
    /// oldest first, after a decision where one is named. Walks all that was decided then.
    pub async fn outcomes(
        &self,
        contract: &Contract,
        slot: &str,
        generation: i64,
        (from, until): (Micros, Micros),
        after: Option<&DecisionId>,
        limit: u32,
    ) -> Result<Vec<(DecisionId, String)>, Error> {
        let first = first_id(from);
        let after = after.map_or(first.as_str(), |id| id.as_str().max(&first));
        let rows = statement(text_of_outcomes().to_owned())
            .bind(contract.manufacturer.as_str())
            .bind(after)
            .bind(first_id(until))
            .bind(contract.id.as_str())
            .bind(slot)
            .bind(generation)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        let read = |row| {
            let row = Columns(row);
            Ok((row.text("id")?.into(), row.text("outcome")?))
        };
        rows.iter().map(read).collect()
    }

    /// What was decided last in a slot, the latest first: of the manufacturer's last
    /// decisions, however many there are of the slot.
    pub async fn last_decisions(
        &self,
        contract: &Contract,
        slot: &str,
        limit: u32,
    ) -> Result<Vec<Decision>, Error> {
        let manufacturer = contract.manufacturer.as_str();
        let first = statement(
            "SELECT id FROM decision WHERE manufacturer = $1 ORDER BY id DESC LIMIT 1 OFFSET $2"
                .to_owned(),
        );
        let first = first.bind(manufacturer).bind(LOOKED_AT_MAX);
        let first = first.fetch_optional(&self.pool).await?;
        let first = first.map(|row| Columns(&row).text("id")).transpose()?;
        let rows = statement(text_of_last())
            .bind(manufacturer)
            .bind(first.unwrap_or_default())
            .bind(contract.id.as_str())
            .bind(slot)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// By which plugins decisions were made: their digests, by decision.
    pub async fn plugins_of_decisions(
        &self,
        manufacturer: &ManufacturerId,
        decisions: &[DecisionId],
    ) -> Result<HashMap<DecisionId, String>, Error> {
        let mut found = HashMap::new();
        for chunk in decisions.chunks(IDS_AT_ONCE) {
            for (id, decision) in self.decisions_among(manufacturer, chunk).await? {
                found.insert(id, decision?.plugin_digest);
            }
        }
        Ok(found)
    }

    /// In which slots and by which generations decisions were made.
    pub async fn generations_of_decisions(
        &self,
        manufacturer: &ManufacturerId,
        decisions: &[DecisionId],
    ) -> Result<BTreeSet<(String, i64)>, Error> {
        let mut found = BTreeSet::new();
        for chunk in decisions.chunks(IDS_AT_ONCE) {
            let text = format!(
                "SELECT DISTINCT slot, generation FROM decision \
                 WHERE manufacturer = $1 AND id IN ({})",
                numbered(2, chunk.len())
            );
            let mut values = vec![Bind::from(manufacturer.as_str())];
            values.extend(chunk.iter().map(|id| Bind::from(id.as_str())));
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                found.insert((row.text("slot")?, row.integer("generation")?));
            }
        }
        Ok(found)
    }

    /// The decisions about a lead, oldest first.
    pub async fn decisions_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Decision>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND lead = $2 ORDER BY id"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}

/// A decision, in short, with where its lead is now.
#[derive(Clone, Debug)]
pub struct Decided {
    pub id: DecisionId,
    pub lead: Option<LeadId>,
    pub state: Option<State>,
    pub function: String,
    pub outcome: String,
    pub asked_at: Micros,
}

fn read_decided(row: &AnyRow) -> Result<Decided, Error> {
    let row = Columns(row);
    let state = row.maybe_text("state")?;
    Ok(Decided {
        id: row.text("id")?.into(),
        lead: row.maybe_text("lead")?.map(Into::into),
        state: state.and_then(|state| State::parse(&state)),
        function: row.text("function")?,
        outcome: row.text("outcome")?,
        asked_at: Micros(row.integer("asked_at")?),
    })
}

/// The least identifier that is given at the instant: UUID version 7 begins with
/// the milliseconds.
pub(super) fn first_id(at: Micros) -> String {
    let millis = (at.0 / 1_000).max(0);
    format!("{:08x}-{:04x}-", millis >> 16, millis & 0xffff)
}

/// When an identifier was given, to the millisecond.
fn made_at(id: &str) -> Option<Micros> {
    let millis = uuid::Uuid::try_parse(id).ok()?.as_u128() >> 80;
    Some(Micros(i64::try_from(millis).ok()?.checked_mul(1_000)?))
}

/// A part of the chain.
pub(super) fn text_of_numbered() -> String {
    format!(
        "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND number > $2 \
         AND number <= $3 ORDER BY number LIMIT $4"
    )
}

/// Of one generation, from the oldest on.
pub(super) fn text_of_outcomes() -> &'static str {
    "SELECT id, outcome FROM decision WHERE manufacturer = $1 AND id > $2 AND id < $3 \
     AND contract = $4 AND slot = $5 AND generation = $6 ORDER BY id LIMIT $7"
}

/// Of one slot, from the latest on.
pub(super) fn text_of_last() -> String {
    format!(
        "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND id > $2 \
         AND contract = $3 AND slot = $4 ORDER BY id DESC LIMIT $5"
    )
}

/// Of one slot for one period; few, each from a time when it was computed.
pub(super) fn text_of_settlements() -> String {
    format!(
        "SELECT {COLUMNS} FROM decision WHERE manufacturer = $1 AND contract = $2 \
         AND function = 'settle' AND asked_at = $3 AND slot = $4 AND generation = $5"
    )
}
