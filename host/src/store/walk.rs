//! Everything that a manufacturer has, page by page, for those who check it.

use std::collections::HashMap;

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, IDS_AT_ONCE, fetch, only, statement};
use super::{Error, Store, deal, decision, event, lead, ledger, offer};
use crate::domain::deal::Deal;
use crate::domain::decision::Decision;
use crate::domain::happening::Positioned;
use crate::domain::ids::{
    ContractId, DealId, DecisionId, EventId, LeadId, ManufacturerId, PostingId,
};
use crate::domain::lead::Lead;
use crate::domain::ledger::Posting;
use crate::domain::offer::{Claim, Offer};

/// A row that may be unreadable, with what it is known by.
pub type Row<T> = (String, Result<T, Error>);

/// An event's place in the feed, and whether what it names is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub position: i64,
    pub id: EventId,
    /// The decision that it names and that is not there.
    pub lost_decision: Option<DecisionId>,
    /// The lead that it names and that is not there.
    pub lost_lead: Option<LeadId>,
}

impl Store {
    /// The numbers of decisions after one up to another, in their order.
    pub async fn decision_numbers(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        up_to: i64,
        limit: u32,
    ) -> Result<Vec<i64>, Error> {
        let rows = sqlx::query(
            "SELECT number FROM decision WHERE manufacturer = $1 AND number > $2 \
             AND number <= $3 ORDER BY number LIMIT $4",
        )
        .bind(manufacturer.as_str())
        .bind(after)
        .bind(up_to)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| Columns(row).integer("number"))
            .collect()
    }

    /// How many decisions have no number yet.
    pub async fn unnumbered_decisions(&self, manufacturer: &ManufacturerId) -> Result<i64, Error> {
        let row = sqlx::query(
            "SELECT count(*) AS unnumbered FROM decision \
             WHERE manufacturer = $1 AND number IS NULL",
        )
        .bind(manufacturer.as_str())
        .fetch_one(&self.pool)
        .await?;
        Columns(&row).integer("unnumbered")
    }

    /// Decisions by their identifiers.
    pub async fn decisions_among(
        &self,
        manufacturer: &ManufacturerId,
        ids: &[DecisionId],
    ) -> Result<HashMap<DecisionId, Result<Decision, Error>>, Error> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let mut values = vec![manufacturer.as_str().into()];
            let among = only("id", Some(chunk), &mut values);
            let columns = decision::COLUMNS;
            let text = format!("SELECT {columns} FROM decision WHERE manufacturer = $1{among}");
            for row in fetch(self, text, values).await? {
                let id = Columns(&row).text("id")?.into();
                found.insert(id, decision::read(&row));
            }
        }
        Ok(found)
    }

    /// The feed after a position up to another.
    pub async fn placed_events(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        up_to: i64,
        limit: u32,
    ) -> Result<Vec<Placed>, Error> {
        let rows = sqlx::query(
            "SELECT e.position AS position, e.id AS id, \
             CASE WHEN d.id IS NULL THEN e.decision END AS lost_decision, \
             CASE WHEN l.id IS NULL THEN e.lead END AS lost_lead FROM event e \
             LEFT JOIN decision d ON d.manufacturer = e.manufacturer AND d.id = e.decision \
             LEFT JOIN lead l ON l.manufacturer = e.manufacturer AND l.id = e.lead \
             WHERE e.manufacturer = $1 AND e.position > $2 AND e.position <= $3 \
             ORDER BY e.position LIMIT $4",
        )
        .bind(manufacturer.as_str())
        .bind(after)
        .bind(up_to)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Placed {
                    position: row.integer("position")?,
                    id: row.text("id")?.into(),
                    lost_decision: row.maybe_text("lost_decision")?.map(Into::into),
                    lost_lead: row.maybe_text("lost_lead")?.map(Into::into),
                })
            })
            .collect()
    }

    /// Which event of which contract is at each of these positions.
    pub async fn events_at(
        &self,
        manufacturer: &ManufacturerId,
        positions: &[i64],
    ) -> Result<HashMap<i64, (EventId, ContractId)>, Error> {
        let mut found = HashMap::new();
        for chunk in positions.chunks(IDS_AT_ONCE) {
            let places = super::sql::numbered(2, chunk.len());
            let mut values = vec![Bind::from(manufacturer.as_str())];
            values.extend(chunk.iter().map(|position| Bind::from(*position)));
            let text = format!(
                "SELECT position, id, contract FROM event \
                 WHERE manufacturer = $1 AND position IN ({places})"
            );
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                let event = (row.text("id")?.into(), row.text("contract")?.into());
                found.insert(row.integer("position")?, event);
            }
        }
        Ok(found)
    }

    /// A manufacturer's postings after one, in the order of their identifiers.
    pub async fn postings_after(
        &self,
        manufacturer: &ManufacturerId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Row<Posting>>, Error> {
        let columns = ledger::COLUMNS;
        self.page("posting", columns, manufacturer, after, limit, ledger::read)
            .await
    }

    /// The postings that adjust these, in no order.
    pub async fn postings_adjusting(
        &self,
        manufacturer: &ManufacturerId,
        ids: &[PostingId],
    ) -> Result<Vec<Posting>, Error> {
        let columns = ledger::COLUMNS;
        self.among(
            "posting",
            columns,
            "adjusts",
            manufacturer,
            ids,
            ledger::read,
        )
        .await
    }

    /// Postings by their identifiers, in no order.
    pub async fn postings_among(
        &self,
        manufacturer: &ManufacturerId,
        ids: &[PostingId],
    ) -> Result<Vec<Posting>, Error> {
        let columns = ledger::COLUMNS;
        self.among("posting", columns, "id", manufacturer, ids, ledger::read)
            .await
    }

    /// A manufacturer's leads after one, in the order of their identifiers.
    pub async fn leads_after(
        &self,
        manufacturer: &ManufacturerId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Row<Lead>>, Error> {
        let columns = lead::COLUMNS;
        self.page("lead", columns, manufacturer, after, limit, lead::read)
            .await
    }

    /// A manufacturer's deals after one, in the order of their identifiers.
    pub async fn deals_after(
        &self,
        manufacturer: &ManufacturerId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Row<Deal>>, Error> {
        let columns = deal::COLUMNS;
        self.page("deal", columns, manufacturer, after, limit, deal::read)
            .await
    }

    /// All events of these leads, in the order of positions.
    pub async fn events_of_leads(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<Positioned>, Error> {
        let columns = event::COLUMNS;
        let found = self.among("event", columns, "lead", manufacturer, leads, event::read);
        Ok(in_order(found.await?))
    }

    /// All events of these deals, in the order of positions.
    pub async fn events_of_deals(
        &self,
        manufacturer: &ManufacturerId,
        deals: &[DealId],
    ) -> Result<Vec<Positioned>, Error> {
        let columns = event::COLUMNS;
        let found = self.among("event", columns, "deal", manufacturer, deals, event::read);
        Ok(in_order(found.await?))
    }

    /// All offers of these leads, in no order.
    pub async fn offers_of_leads(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<Offer>, Error> {
        let columns = offer::COLUMNS;
        self.among("offer", columns, "lead", manufacturer, leads, offer::read)
            .await
    }

    /// All claims of these leads, in no order.
    pub async fn claims_of_leads(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<Claim>, Error> {
        let columns = offer::CLAIM_COLUMNS;
        self.among(
            "claim",
            columns,
            "lead",
            manufacturer,
            leads,
            offer::read_claim,
        )
        .await
    }

    /// Rows after one, in the order of their identifiers.
    async fn page<T>(
        &self,
        table: &str,
        columns: &str,
        manufacturer: &ManufacturerId,
        after: &str,
        limit: u32,
        read: fn(&AnyRow) -> Result<T, Error>,
    ) -> Result<Vec<Row<T>>, Error> {
        let text = format!(
            "SELECT {columns} FROM {table} WHERE manufacturer = $1 AND id > $2 \
             ORDER BY id LIMIT $3"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((Columns(row).text("id")?, read(row))))
            .collect()
    }

    async fn among<T, Id: AsRef<str>>(
        &self,
        table: &str,
        columns: &str,
        column: &str,
        manufacturer: &ManufacturerId,
        ids: &[Id],
        read: fn(&AnyRow) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let mut values = vec![manufacturer.as_str().into()];
            let among = only(column, Some(chunk), &mut values);
            let text = format!("SELECT {columns} FROM {table} WHERE manufacturer = $1{among}");
            for row in fetch(self, text, values).await? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }
}

fn in_order(mut events: Vec<Positioned>) -> Vec<Positioned> {
    events.sort_by_key(|event| event.position);
    events
}
