//! What candidates have answered beside what is in force, or in its place.

use sqlx::any::AnyRow;

use super::decision::first_id;
use super::sql::{Bind, Columns, OnConflict, Rows, json, statement};
use super::{Error, Store};
use crate::domain::contract::Contract;
use crate::domain::generation::{CandidateAnswer, CandidateLedger, LeftOut, Role};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

const KEY: &str = "manufacturer, contract, slot, generation, id";

const COLUMNS: &str = "manufacturer, contract, slot, generation, id, role, incumbent, decision, \
    lead, partner, function, outcome, agrees, difference, fuel, micros, other_fuel, \
    other_micros, product, country, region, value_difference, asked_at, input, output";

/// Without question and answer.
const COLUMNS_IN_SHORT: &str = "manufacturer, contract, slot, generation, id, role, incumbent, \
    decision, lead, partner, function, outcome, agrees, difference, fuel, micros, other_fuel, \
    other_micros, product, country, region, value_difference, asked_at";

const LEDGER_COLUMNS: &str =
    "manufacturer, contract, slot, generation, period, position, document, computed_at";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "candidate_answer",
        columns: COLUMNS,
        key_columns: 5,
        on_conflict: OnConflict::Replace(KEY),
        rows,
    }
}

pub(super) fn values(answer: &CandidateAnswer) -> Vec<Bind> {
    vec![
        answer.manufacturer.as_str().into(),
        answer.contract.as_str().into(),
        answer.slot.as_str().into(),
        answer.generation.into(),
        answer.id.as_str().into(),
        answer.role.as_str().into(),
        answer.incumbent.into(),
        answer.decision.as_ref().map(|id| id.as_str()).into(),
        answer.lead.as_ref().map(|id| id.as_str()).into(),
        answer.partner.as_ref().map(|id| id.as_str()).into(),
        answer.function.as_str().into(),
        answer.outcome.as_str().into(),
        answer.agrees.map(i64::from).into(),
        answer.difference.as_str().into(),
        answer.fuel.into(),
        answer.micros.into(),
        answer.other_fuel.into(),
        answer.other_micros.into(),
        answer.product.as_deref().into(),
        answer.country.as_deref().into(),
        answer.region.as_deref().into(),
        answer.value_difference.into(),
        answer.asked_at.0.into(),
        answer.input.clone().into(),
        answer.output.clone().into(),
    ]
}

/// Without question and answer.
fn read(row: &AnyRow) -> Result<CandidateAnswer, Error> {
    let row = Columns(row);
    Ok(CandidateAnswer {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        generation: row.integer("generation")?,
        id: row.text("id")?,
        role: row.code("role", Role::parse)?,
        incumbent: row.maybe_integer("incumbent")?,
        decision: row.maybe_text("decision")?.map(Into::into),
        lead: row.maybe_text("lead")?.map(Into::into),
        partner: row.maybe_text("partner")?.map(Into::into),
        function: row.text("function")?,
        outcome: row.text("outcome")?,
        agrees: row.maybe_integer("agrees")?.map(|agrees| agrees != 0),
        difference: row.text("difference")?,
        fuel: row.integer("fuel")?,
        micros: row.integer("micros")?,
        other_fuel: row.maybe_integer("other_fuel")?,
        other_micros: row.maybe_integer("other_micros")?,
        product: row.maybe_text("product")?,
        country: row.maybe_text("country")?,
        region: row.maybe_text("region")?,
        value_difference: row.maybe_integer("value_difference")?,
        asked_at: Micros(row.integer("asked_at")?),
        input: Vec::new(),
        output: Vec::new(),
    })
}

pub(super) fn left_out_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "candidate_left_out",
        columns: "manufacturer, contract, slot, generation, id, questions, at",
        key_columns: 5,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn left_out_values(left_out: &LeftOut) -> Vec<Bind> {
    vec![
        left_out.manufacturer.as_str().into(),
        left_out.contract.as_str().into(),
        left_out.slot.as_str().into(),
        left_out.generation.into(),
        left_out.id.as_str().into(),
        left_out.questions.into(),
        left_out.at.0.into(),
    ]
}

pub(super) fn ledger_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "candidate_ledger",
        columns: LEDGER_COLUMNS,
        key_columns: 5,
        on_conflict: OnConflict::Replace("manufacturer, contract, slot, generation, period"),
        rows,
    }
}

pub(super) fn ledger_values(ledger: &CandidateLedger) -> Vec<Bind> {
    vec![
        ledger.manufacturer.as_str().into(),
        ledger.contract.as_str().into(),
        ledger.slot.as_str().into(),
        ledger.generation.into(),
        ledger.period.as_str().into(),
        ledger.position.into(),
        json(&ledger.outcome).into(),
        ledger.computed_at.0.into(),
    ]
}

fn read_ledger(row: &AnyRow) -> Result<CandidateLedger, Error> {
    let row = Columns(row);
    Ok(CandidateLedger {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        generation: row.integer("generation")?,
        period: row.text("period")?,
        position: row.integer("position")?,
        outcome: row.json("document")?,
        computed_at: Micros(row.integer("computed_at")?),
    })
}

impl Store {
    /// The latest answers of a candidate's trial, the last one first, without their
    /// questions and answers.
    pub async fn candidate_answers(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
        limit: u32,
    ) -> Result<Vec<CandidateAnswer>, Error> {
        let text = format!(
            "SELECT {COLUMNS_IN_SHORT} FROM candidate_answer WHERE manufacturer = $1 \
             AND contract = $2 AND slot = $3 AND generation = $4 ORDER BY id DESC LIMIT $5"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(generation)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Answers of a canary's trial and of what is in force beside it, without their
    /// questions and answers, in their order: those since an instant that come after
    /// an identifier, up to another instant.
    pub async fn canary_answers(
        &self,
        contract: &Contract,
        slot: &str,
        generation: i64,
        (since, after): (Micros, &str),
        until: Micros,
        limit: u32,
    ) -> Result<Vec<CandidateAnswer>, Error> {
        let text = format!(
            "SELECT {COLUMNS_IN_SHORT} FROM candidate_answer WHERE manufacturer = $1 \
             AND contract = $2 AND slot = $3 AND generation = $4 AND id > $5 AND id < $6 \
             AND role <> 'shadow' ORDER BY id LIMIT $7"
        );
        let first = first_id(since);
        let rows = statement(text)
            .bind(contract.manufacturer.as_str())
            .bind(contract.id.as_str())
            .bind(slot)
            .bind(generation)
            .bind(first.as_str().max(after))
            .bind(first_id(until))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// How many questions a candidate was not asked for lack of room.
    pub async fn left_out(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
    ) -> Result<i64, Error> {
        let text = "SELECT CAST(COALESCE(sum(questions), 0) AS BIGINT) AS questions \
             FROM candidate_left_out WHERE manufacturer = $1 AND contract = $2 \
             AND slot = $3 AND generation = $4";
        let row = statement(text.to_owned())
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(generation)
            .fetch_one(&self.pool)
            .await?;
        Columns(&row).integer("questions")
    }

    /// What a component of money would have paid, period by period.
    pub async fn candidate_ledgers(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
    ) -> Result<Vec<CandidateLedger>, Error> {
        let text = format!(
            "SELECT {LEDGER_COLUMNS} FROM candidate_ledger WHERE manufacturer = $1 \
             AND contract = $2 AND slot = $3 AND generation = $4 ORDER BY period"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(generation)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_ledger).collect()
    }
}
