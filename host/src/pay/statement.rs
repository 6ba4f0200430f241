//! What a partner has earned in a period, line by line.

use std::collections::BTreeMap;

use super::Error;
use super::periods::{named, periods};
use crate::domain::book::AccountOf;
use crate::domain::ids::PartnerId;
use crate::domain::ledger::{Holder, HolderKind, PeriodRecord, Posting};
use crate::domain::time::Micros;
use crate::host::{Host, InForce};
use crate::store::LedgerFilter;

/// Lines on one statement.
const LINES_MAX: u32 = 100_000;

/// A partner's statement of a period. The postings of a period that is not
/// closed are provisional.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub period: PeriodRecord,
    pub lines: Vec<Posting>,
    /// What the lines come to.
    pub totals: Vec<Total>,
}

/// What an account comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    /// Before the period.
    pub carried: i64,
    /// Of the statement's lines.
    pub amount: i64,
}

/// The statement of a partner for a period.
///
/// # Errors
/// `NotFound` where there is no such period.
pub async fn statement(
    host: &Host,
    force: &std::sync::Arc<InForce>,
    period: &str,
    partner: &PartnerId,
) -> Result<Statement, Error> {
    let known = periods(host, force).await?;
    let period = named(&known, period)?;
    let contract = &force.contract;
    let filter = LedgerFilter {
        contract: contract.id.clone(),
        booked_period: Some(period.name.clone()),
        component: None,
        account: None,
        partners: Some(vec![partner.clone()]),
        after: None,
        limit: LINES_MAX,
    };
    let lines = host.store.ledger(&contract.manufacturer, &filter).await?;
    let holder = Holder {
        kind: HolderKind::Partner,
        id: partner.as_str().to_owned(),
    };
    let carried = host
        .store
        .balances(
            &contract.manufacturer,
            &contract.id,
            Micros(i64::MIN),
            period.begins,
        )
        .await?;
    let mut totals: BTreeMap<(String, String), Total> = BTreeMap::new();
    for balance in carried {
        let AccountOf {
            component,
            account,
            holder: of,
        } = balance.account;
        if of == holder {
            totals.insert(
                (component.clone(), account.clone()),
                Total {
                    component,
                    account,
                    unit: balance.unit,
                    carried: balance.amount,
                    amount: 0,
                },
            );
        }
    }
    for line in &lines {
        let total = totals
            .entry((line.component.clone(), line.account.clone()))
            .or_insert_with(|| Total {
                component: line.component.clone(),
                account: line.account.clone(),
                unit: line.unit.clone(),
                carried: 0,
                amount: 0,
            });
        total.amount = total
            .amount
            .checked_add(line.amount)
            .ok_or(crate::domain::ledger::Overflow)?;
    }
    Ok(Statement {
        period: period.clone(),
        lines,
        totals: totals.into_values().collect(),
    })
}
