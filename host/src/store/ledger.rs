//! Postings: appended, never changed.

use sqlx::any::AnyRow;

use super::sql::{
    Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, bind, fetch, numbered, only, statement,
};
use super::{Error, Store};
use crate::domain::book::{AccountOf, Subject};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId, PostingId};
use crate::domain::ledger::{Holder, HolderKind, Posting};
use crate::domain::time::Micros;

pub(super) const COLUMNS: &str = "manufacturer, id, contract, component, account, unit, holder_kind, holder, \
    amount, reason, reason_args, event, event_position, lead, deal, period, booked_period, \
    occurred_at, booked_at, corrects, adjusts, decision";

/// A balance: a sum of postings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    pub account: AccountOf,
    /// money, points, count.
    pub unit: String,
    pub amount: i64,
}

/// What an account's postings of a period come to, as far as one period has booked
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedTotal {
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    /// The period's own name, or that of a later one.
    pub booked_period: String,
    pub amount: i64,
}

/// Which postings a list shows.
#[derive(Clone, Debug)]
pub struct LedgerFilter {
    pub contract: ContractId,
    pub booked_period: Option<String>,
    pub component: Option<String>,
    pub account: Option<String>,
    /// Only what these partners hold.
    pub partners: Option<Vec<PartnerId>>,
    /// Only postings after this one, in the order of identifiers.
    pub after: Option<PostingId>,
    pub limit: u32,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "posting",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Fail,
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
        posting.occurred_at.0.into(),
        posting.booked_at.0.into(),
        posting.corrects.as_ref().map(|id| id.as_str()).into(),
        posting.adjusts.as_ref().map(|id| id.as_str()).into(),
        posting.decision.as_ref().map(|id| id.as_str()).into(),
    ]
}

pub(super) fn read(row: &AnyRow) -> Result<Posting, Error> {
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
        occurred_at: Micros(row.integer("occurred_at")?),
        booked_at: Micros(row.integer("booked_at")?),
        corrects: row.maybe_text("corrects")?.map(Into::into),
        adjusts: row.maybe_text("adjusts")?.map(Into::into),
        decision: row.maybe_text("decision")?.map(Into::into),
    })
}

fn read_total(row: &AnyRow) -> Result<BookedTotal, Error> {
    let row = Columns(row);
    Ok(BookedTotal {
        component: row.text("component")?,
        account: row.text("account")?,
        unit: row.text("unit")?,
        booked_period: row.text("booked_period")?,
        amount: row.integer("amount")?,
    })
}

impl Store {
    pub async fn posting(
        &self,
        manufacturer: &ManufacturerId,
        id: &PostingId,
    ) -> Result<Option<Posting>, Error> {
        let text = format!("SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
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

    /// The postings of what occurred in a span of time, oldest first.
    pub async fn postings_occurred(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        from: Micros,
        until: Micros,
    ) -> Result<Vec<Posting>, Error> {
        let rows = statement(text_of_occurred())
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(from.0)
            .bind(until.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
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

    /// What a period's accounts come to, all holders together, by the period that has
    /// booked it. Walks the period's postings.
    pub async fn totals_of_period(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        period: &str,
    ) -> Result<Vec<BookedTotal>, Error> {
        let rows = sqlx::query(
            "SELECT component, account, unit, booked_period, \
             CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
             WHERE manufacturer = $1 AND contract = $2 AND period = $3 \
             GROUP BY component, account, unit, booked_period \
             ORDER BY component, account, booked_period",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(period)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_total).collect()
    }

    /// What a partner has in these accounts of these components, by the period that has
    /// booked it.
    pub async fn booked_of_partner(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        partner: &PartnerId,
        components: &[&str],
        accounts: &[&str],
    ) -> Result<Vec<BookedTotal>, Error> {
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            Bind::from(contract.as_str()),
            Bind::from(partner.as_str()),
        ];
        let text = text_of_booked(components, accounts, &mut values);
        let rows = fetch(self, text, values).await?;
        rows.iter().map(read_total).collect()
    }

    /// A period's postings that later periods have booked, oldest first.
    pub async fn postings_booked_later(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        period: &str,
        limit: u32,
    ) -> Result<Vec<Posting>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND contract = $2 \
             AND period = $3 AND booked_period <> $3 \
             ORDER BY booked_at, event_position, id LIMIT $4"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(period)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Every posting of the contract that belongs to a period and to no lead, oldest first.
    pub async fn postings_without_lead(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        period: &str,
    ) -> Result<Vec<Posting>, Error> {
        self.postings(
            "contract = $2 AND period = $3 AND lead IS NULL",
            &[manufacturer.as_str(), contract.as_str(), period],
        )
        .await
    }

    /// The postings on deals and leads that occurred before `until`, in no order.
    pub async fn postings_on(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        subjects: &[Subject],
        until: Micros,
    ) -> Result<Vec<Posting>, Error> {
        let mut found = Vec::new();
        for chunk in subjects.chunks(IDS_AT_ONCE) {
            for (column, ids) in by_column(chunk) {
                let mut values = vec![manufacturer.as_str().into(), contract.as_str().into()];
                let text = text_on(column, &ids, &mut values);
                for row in fetch(self, text, values).await? {
                    let posting = read(&row)?;
                    if posting.occurred_at < until {
                        found.push(posting);
                    }
                }
            }
        }
        Ok(found)
    }

    /// A contract's postings in the order of their identifiers, for a ledger that
    /// is read page by page.
    pub async fn ledger(
        &self,
        manufacturer: &ManufacturerId,
        filter: &LedgerFilter,
    ) -> Result<Vec<Posting>, Error> {
        let mut text = format!("SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND id > $2");
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            Bind::from(filter.after.as_ref().map_or("", |id| id.as_str())),
        ];
        for (column, value) in [
            ("contract", Some(filter.contract.as_str())),
            ("booked_period", filter.booked_period.as_deref()),
            ("component", filter.component.as_deref()),
            ("account", filter.account.as_deref()),
        ] {
            if let Some(value) = value {
                values.push(value.into());
                text.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        if let Some(partners) = &filter.partners {
            let places = numbered(values.len() + 1, partners.len());
            text.push_str(&format!(
                " AND holder_kind = 'partner' AND holder IN ({places})"
            ));
            values.extend(partners.iter().map(|id| Bind::from(id.as_str())));
        }
        values.push(filter.limit.into());
        text.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
        let mut query = statement(text);
        for value in values {
            query = bind(query, value);
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
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

    /// What the contract's accounts come to by the postings that occurred in a
    /// span of time. Those of leads and deals, which are many, are left out: few
    /// postings make each, and they are found by lead and deal.
    pub async fn balances(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        from: Micros,
        until: Micros,
    ) -> Result<Vec<Balance>, Error> {
        let rows = sqlx::query(
            "SELECT component, account, unit, holder_kind, holder, \
             CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
             WHERE manufacturer = $1 AND contract = $2 \
             AND occurred_at >= $3 AND occurred_at < $4 \
             AND holder_kind NOT IN ('lead', 'deal') \
             GROUP BY component, account, unit, holder_kind, holder \
             ORDER BY component, account, holder_kind, holder",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(from.0)
        .bind(until.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Balance {
                    account: AccountOf {
                        component: row.text("component")?,
                        account: row.text("account")?,
                        holder: Holder {
                            kind: row.code("holder_kind", HolderKind::parse)?,
                            id: row.text("holder")?,
                        },
                    },
                    unit: row.text("unit")?,
                    amount: row.integer("amount")?,
                })
            })
            .collect()
    }
}

/// The identifiers of deals and leads, by the column that has them.
pub(super) fn by_column(subjects: &[Subject]) -> impl Iterator<Item = (&'static str, Vec<&str>)> {
    let deals = subjects.iter().filter_map(Subject::deal).collect();
    let leads = subjects.iter().filter_map(Subject::lead).collect();
    let columns: [(&str, Vec<&str>); 2] = [("deal", deals), ("lead", leads)];
    columns.into_iter().filter(|(_, ids)| !ids.is_empty())
}

/// By deal or lead alone: told of an instant, SQLite walks all postings of the
/// contract that occurred before it.
pub(super) fn text_on(column: &str, ids: &[&str], values: &mut Vec<Bind>) -> String {
    let among = only(column, Some(ids), values);
    format!("SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND contract = $2{among}")
}

pub(super) fn text_of_occurred() -> String {
    format!(
        "SELECT {COLUMNS} FROM posting WHERE manufacturer = $1 AND contract = $2 \
         AND occurred_at >= $3 AND occurred_at < $4 ORDER BY booked_at, event_position, id"
    )
}

pub(super) fn text_of_booked(
    components: &[&str],
    accounts: &[&str],
    values: &mut Vec<Bind>,
) -> String {
    let components = only("component", Some(components), values);
    let accounts = only("account", Some(accounts), values);
    format!(
        "SELECT component, account, unit, booked_period, \
         CAST(SUM(amount) AS BIGINT) AS amount FROM posting \
         WHERE manufacturer = $1 AND contract = $2 AND holder = $3 \
         AND holder_kind = 'partner'{components}{accounts} \
         GROUP BY component, account, unit, booked_period"
    )
}
