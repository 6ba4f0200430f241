//! Postings, periods and lanes.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::calendar::Cadence;
use crate::domain::ids::{ContractId, DealId, LeadId, ManufacturerId};
use crate::domain::ledger::{Holder, HolderKind, Lane, PeriodRecord, PeriodState, Posting};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, id, contract, component, account, unit, holder_kind, holder, \
    amount, reason, reason_args, event, event_position, lead, deal, period, booked_period, final, \
    occurred_at, booked_at, corrects, decision";
const PERIOD_COLUMNS: &str =
    "manufacturer, contract, name, cadence, begins, ends, state, closed_at, closed_by";

/// A balance: a sum of postings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    pub component: String,
    pub account: String,
    pub unit: String,
    pub holder: Holder,
    /// The period of the events.
    pub period: String,
    pub amount: i64,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "posting",
        columns: COLUMNS,
        key_columns: 2,
        // Only `final` ever changes of a posting, when its period closes.
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(posting: &Posting) -> Vec<Bind> {
    vec![
        posting.manufacturer.as_str().into(),
        posting.id.as_str().into(),
        posting.contract.as_str().into(),
        posting.component.as_str().into(),
        posting.account.as_str().into(),
        posting.unit.as_str().into(),
        posting.holder.kind.as_str().into(),
        posting.holder.id.as_str().into(),
        posting.amount.into(),
        posting.reason.as_str().into(),
        posting.reason_args.as_str().into(),
        posting.event.as_ref().map(|id| id.as_str()).into(),
        posting.event_position.into(),
        posting.lead.as_ref().map(|id| id.as_str()).into(),
        posting.deal.as_ref().map(|id| id.as_str()).into(),
        posting.period.as_str().into(),
        posting.booked_period.as_str().into(),
        posting.is_final.into(),
        posting.occurred_at.0.into(),
        posting.booked_at.0.into(),
        posting.corrects.as_ref().map(|id| id.as_str()).into(),
        posting.decision.as_ref().map(|id| id.as_str()).into(),
    ]
}

fn read(row: &AnyRow) -> Result<Posting, Error> {
    let row = Columns(row);
    Ok(Posting {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        component: row.text("component")?,
        account: row.text("account")?,
        unit: row.text("unit")?,
        holder: Holder {
            kind: row.code("holder_kind", HolderKind::parse)?,
            id: row.text("holder")?,
        },
        amount: row.integer("amount")?,
        reason: row.text("reason")?,
        reason_args: row.text("reason_args")?,
        event: row.maybe_text("event")?.map(Into::into),
        event_position: row.integer("event_position")?,
        lead: row.maybe_text("lead")?.map(Into::into),
        deal: row.maybe_text("deal")?.map(Into::into),
        period: row.text("period")?,
        booked_period: row.text("booked_period")?,
        is_final: row.flag("final")?,
        occurred_at: Micros(row.integer("occurred_at")?),
        booked_at: Micros(row.integer("booked_at")?),
        corrects: row.maybe_text("corrects")?.map(Into::into),
        decision: row.maybe_text("decision")?.map(Into::into),
    })
}

pub(super) fn period_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "period",
        columns: PERIOD_COLUMNS,
        key_columns: 3,
        on_conflict: OnConflict::Replace("manufacturer, contract, name"),
        rows,
    }
}

pub(super) fn period_values(period: &PeriodRecord) -> Vec<Bind> {
    vec![
        period.manufacturer.as_str().into(),
        period.contract.as_str().into(),
        period.name.as_str().into(),
        period.cadence.as_str().into(),
        period.begins.0.into(),
        period.ends.0.into(),
        period.state.as_str().into(),
        period.closed_at.map(|at| at.0).into(),
        period.closed_by.clone().into(),
    ]
}

fn read_period(row: &AnyRow) -> Result<PeriodRecord, Error> {
    let row = Columns(row);
    Ok(PeriodRecord {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        name: row.text("name")?,
        cadence: row.code("cadence", Cadence::parse)?,
        begins: Micros(row.integer("begins")?),
        ends: Micros(row.integer("ends")?),
        state: row.code("state", PeriodState::parse)?,
        closed_at: row.maybe_integer("closed_at")?.map(Micros),
        closed_by: row.maybe_text("closed_by")?,
    })
}

pub(super) fn lane_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lane",
        columns: "manufacturer, contract, position",
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, contract"),
        rows,
    }
}

pub(super) fn lane_values(lane: &Lane) -> Vec<Bind> {
    vec![
        lane.manufacturer.as_str().into(),
        lane.contract.as_str().into(),
        lane.position.into(),
    ]
}

impl Store {
    /// How far the contract's events have been paid; 0 before the first.
    pub async fn lane_position(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<i64, Error> {
        let row =
            sqlx::query("SELECT position FROM lane WHERE manufacturer = $1 AND contract = $2")
                .bind(manufacturer.as_str())
                .bind(contract.as_str())
                .fetch_optional(&self.pool)
                .await?;
        row.map_or(Ok(0), |row| Columns(&row).integer("position"))
    }

    /// Every posting of the contract that belongs to a period, oldest first,
    /// the corrections that later periods have booked for it included.
    pub async fn postings_of_period(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        period: &str,
    ) -> Result<Vec<Posting>, Error> {
        self.postings(
            "contract = $2 AND period = $3",
            &[manufacturer.as_str(), contract.as_str(), period],
        )
        .await
    }

    /// Every posting that a period's statements show, oldest first.
    pub async fn postings_booked_in(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        period: &str,
    ) -> Result<Vec<Posting>, Error> {
        self.postings(
            "contract = $2 AND booked_period = $3",
            &[manufacturer.as_str(), contract.as_str(), period],
        )
        .await
    }

    /// The postings on a deal, oldest first.
    pub async fn postings_of_deal(
        &self,
        manufacturer: &ManufacturerId,
        deal: &DealId,
    ) -> Result<Vec<Posting>, Error> {
        self.postings("deal = $2", &[manufacturer.as_str(), deal.as_str()])
            .await
    }

    /// The postings on a lead, oldest first.
    pub async fn postings_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Posting>, Error> {
        self.postings("lead = $2", &[manufacturer.as_str(), lead.as_str()])
            .await
    }

    async fn postings(&self, condition: &str, values: &[&str]) -> Result<Vec<Posting>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND {condition} \
             ORDER BY booked_at, event_position, id"
        );
        let mut query = statement(text);
        for value in values {
            query = query.bind(*value);
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// All balances of a contract, by account, holder and period of the events.
    pub async fn balances(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<BalanceRow>, Error> {
        let rows = sqlx::query(
            "SELECT component, account, unit, holder_kind, holder, period, \
             CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
             WHERE manufacturer = $1 AND contract = $2 \
             GROUP BY component, account, unit, holder_kind, holder, period \
             ORDER BY component, account, holder_kind, holder, period",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(BalanceRow {
                    component: row.text("component")?,
                    account: row.text("account")?,
                    unit: row.text("unit")?,
                    holder: Holder {
                        kind: row.code("holder_kind", HolderKind::parse)?,
                        id: row.text("holder")?,
                    },
                    period: row.text("period")?,
                    amount: row.integer("amount")?,
                })
            })
            .collect()
    }

    pub async fn period(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        name: &str,
    ) -> Result<Option<PeriodRecord>, Error> {
        let text = format!(
            "SELECT {PERIOD_COLUMNS} FROM period \
             WHERE manufacturer = $1 AND contract = $2 AND name = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_period).transpose()
    }

    /// The periods of a contract that are stored, in the order of time.
    pub async fn periods(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<PeriodRecord>, Error> {
        let text = format!(
            "SELECT {PERIOD_COLUMNS} FROM period \
             WHERE manufacturer = $1 AND contract = $2 ORDER BY begins"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_period).collect()
    }
}
