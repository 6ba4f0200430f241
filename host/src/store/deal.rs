//! Deals.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, json, only, statement};
use super::{Error, Store};
use crate::domain::deal::{Deal, DealState, Line};
use crate::domain::ids::{ContractId, CustomerId, DealId, LeadId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;

pub(super) const COLUMNS: &str = "manufacturer, id, contract, external_id, lead, partner, customer, state, \
    registered_at, ended_at, value, lines, attributes, version";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "deal",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(deal: &Deal, version: i64) -> Vec<Bind> {
    vec![
        deal.manufacturer.as_str().into(),
        deal.id.as_str().into(),
        deal.contract.as_str().into(),
        deal.external_id.clone().into(),
        deal.lead.as_ref().map(|id| id.as_str()).into(),
        deal.partner.as_str().into(),
        deal.customer.as_ref().map(|id| id.as_str()).into(),
        deal.state.as_str().into(),
        deal.registered_at.0.into(),
        deal.ended_at.map(|at| at.0).into(),
        deal.value.into(),
        json(&deal.lines).into(),
        json(&deal.attributes).into(),
        version.into(),
    ]
}

pub(super) fn read(row: &AnyRow) -> Result<Deal, Error> {
    let row = Columns(row);
    Ok(Deal {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        external_id: row.maybe_text("external_id")?,
        lead: row.maybe_text("lead")?.map(Into::into),
        partner: row.text("partner")?.into(),
        customer: row.maybe_text("customer")?.map(Into::into),
        state: row.code("state", DealState::parse)?,
        registered_at: Micros(row.integer("registered_at")?),
        ended_at: row.maybe_integer("ended_at")?.map(Micros),
        value: row.maybe_integer("value")?,
        lines: row.json("lines")?,
        attributes: row.json("attributes")?,
        version: row.integer("version")?,
    })
}

/// A deal that somebody has registered and nobody has won yet.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredDeal {
    pub id: DealId,
    pub partner_key: u64,
    /// Of its first line.
    pub product: Option<String>,
    pub registered_at: Micros,
}

/// Which deals a list shows.
#[derive(Clone, Debug, Default)]
pub struct DealFilter {
    pub contract: Option<ContractId>,
    pub state: Option<DealState>,
    /// Of these partners only.
    pub among: Option<Vec<PartnerId>>,
    /// Only deals after this one, in the order of identifiers.
    pub after: Option<DealId>,
    pub limit: u32,
}

impl Store {
    /// In the order of identifiers, which is the order in which they came.
    pub async fn deals(
        &self,
        manufacturer: &ManufacturerId,
        filter: &DealFilter,
    ) -> Result<Vec<Deal>, Error> {
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            filter.after.as_ref().map_or("", |id| id.as_str()).into(),
            filter.limit.into(),
        ];
        let mut text = format!("SELECT {COLUMNS} FROM deal WHERE manufacturer = $1 AND id > $2");
        for (column, value) in [
            ("contract", filter.contract.as_ref().map(|id| id.as_str())),
            ("state", filter.state.map(DealState::as_str)),
        ] {
            if let Some(value) = value {
                values.push(value.into());
                text.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        text.push_str(&only("partner", filter.among.as_deref(), &mut values));
        text.push_str(" ORDER BY id LIMIT $3");
        fetch(self, text, values).await?.iter().map(read).collect()
    }

    pub async fn deal(
        &self,
        manufacturer: &ManufacturerId,
        id: &DealId,
    ) -> Result<Option<Deal>, Error> {
        let text = format!("SELECT {COLUMNS} FROM deal WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Those of these deals that are there.
    pub async fn deals_among(
        &self,
        manufacturer: &ManufacturerId,
        ids: &[&DealId],
    ) -> Result<Vec<Deal>, Error> {
        let mut deals = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let mut values = vec![Bind::from(manufacturer.as_str())];
            let among = only("id", Some(chunk), &mut values);
            let text = format!("SELECT {COLUMNS} FROM deal WHERE manufacturer = $1{among}");
            for row in fetch(self, text, values).await? {
                deals.push(read(&row)?);
            }
        }
        Ok(deals)
    }

    pub async fn deal_by_external_id(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        external_id: &str,
    ) -> Result<Option<Deal>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM deal \
             WHERE manufacturer = $1 AND contract = $2 AND external_id = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(external_id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    pub async fn deals_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Deal>, Error> {
        let text =
            format!("SELECT {COLUMNS} FROM deal WHERE manufacturer = $1 AND lead = $2 ORDER BY id");
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The registered deals of a customer, the latest first.
    pub async fn registered_deals(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        customer: &CustomerId,
    ) -> Result<Vec<RegisteredDeal>, Error> {
        let rows = sqlx::query(
            "SELECT d.id AS id, d.lines AS lines, d.registered_at AS registered_at, \
             p.partner_key AS partner_key FROM deal d \
             JOIN partner p ON p.manufacturer = d.manufacturer AND p.id = d.partner \
             WHERE d.manufacturer = $1 AND d.contract = $2 AND d.customer = $3 \
             AND d.state = 'registered' ORDER BY d.registered_at DESC, d.id LIMIT 20",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(customer.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                let lines: Vec<Line> = row.json("lines")?;
                Ok(RegisteredDeal {
                    id: row.text("id")?.into(),
                    partner_key: row.integer("partner_key")?.cast_unsigned(),
                    product: lines.into_iter().next().map(|line| line.product),
                    registered_at: Micros(row.integer("registered_at")?),
                })
            })
            .collect()
    }
}
