//! What a period comes to: what is provisional and what is final, what has changed
//! since it was closed, and what is still to come.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Error;
use super::periods::{named, periods};
use crate::domain::deadline::Deadline;
use crate::domain::ledger::{Overflow, PeriodRecord, PeriodState, Posting};
use crate::host::{Host, InForce};

/// Postings of later periods that are shown.
const CHANGES_MAX: u32 = 1_000;
/// Wake-ups that are shown.
const WAKE_UPS_MAX: u32 = 1_000;

/// A period with its money.
#[derive(Clone, Debug)]
pub struct Overview {
    pub period: PeriodRecord,
    /// By component and account, all holders together.
    pub totals: Vec<AccountTotal>,
    /// What later periods have booked for it, each with what it adjusts; oldest first.
    pub changes: Vec<Posting>,
    /// When components want to be woken in it, the next one first.
    pub wake_ups: Vec<Deadline>,
}

/// What an account comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountTotal {
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    /// Booked in periods that are not closed yet.
    pub provisional: i64,
    /// Booked in closed ones.
    pub settled: i64,
    /// How much of both later periods have booked.
    pub since_closed: i64,
}

/// A period of the contract, looked at closely.
///
/// # Errors
/// `NotFound` where there is no such period.
pub async fn overview(host: &Host, force: &Arc<InForce>, name: &str) -> Result<Overview, Error> {
    let contract = &force.contract;
    let (owner, id) = (&contract.manufacturer, &contract.id);
    let all = periods(host, force).await?;
    let period = named(&all, name)?;
    let is_closed =
        |name: &str| named(&all, name).is_ok_and(|period| period.state == PeriodState::Closed);
    let mut totals: BTreeMap<(String, String), AccountTotal> = BTreeMap::new();
    for booked in host.store.totals_of_period(owner, id, name).await? {
        let key = (booked.component.clone(), booked.account.clone());
        let total = totals.entry(key).or_insert_with(|| AccountTotal {
            component: booked.component,
            account: booked.account,
            unit: booked.unit,
            ..AccountTotal::default()
        });
        add(
            match is_closed(&booked.booked_period) {
                true => &mut total.settled,
                false => &mut total.provisional,
            },
            booked.amount,
        )?;
        if booked.booked_period != name {
            add(&mut total.since_closed, booked.amount)?;
        }
    }
    let changes = host
        .store
        .postings_booked_later(owner, id, name, CHANGES_MAX)
        .await?;
    let wake_ups = host
        .store
        .wake_ups(owner, id, period.begins, period.ends, WAKE_UPS_MAX)
        .await?;
    Ok(Overview {
        period: period.clone(),
        totals: totals.into_values().collect(),
        changes,
        wake_ups,
    })
}

fn add(sum: &mut i64, amount: i64) -> Result<(), Overflow> {
    *sum = sum.checked_add(amount).ok_or(Overflow)?;
    Ok(())
}
