//! Which periods a contract has.

use std::sync::Arc;

use super::Error;
use crate::domain::ledger::{PeriodRecord, PeriodState};
use crate::host::{Host, InForce, Plans};

/// The periods of a contract, the oldest first: those that are stored, and those
/// after them up to now.
pub async fn periods(host: &Host, force: &Arc<InForce>) -> Result<Vec<PeriodRecord>, Error> {
    let contract = &force.contract;
    let mut known = host
        .store
        .periods(&contract.manufacturer, &contract.id)
        .await?;
    let plans = Plans::load(host, force.clone()).await?;
    let begins = match known.last() {
        Some(last) => Some(last.ends),
        None => {
            host.store
                .first_occurred(&contract.manufacturer, &contract.id)
                .await?
        }
    };
    let now = host.clock.now();
    let mut next = begins.unwrap_or(now);
    while next <= now {
        let period = plans.periods().of(next)?;
        next = period.ends;
        known.push(PeriodRecord {
            manufacturer: contract.manufacturer.clone(),
            contract: contract.id.clone(),
            name: period.name,
            cadence: period.cadence,
            begins: period.begins,
            ends: period.ends,
            state: PeriodState::Open,
            closed_at: None,
            closed_by: None,
        });
    }
    Ok(known)
}

/// The period of that name.
///
/// # Errors
/// `NotFound` where there is none.
pub(super) fn named<'a>(known: &'a [PeriodRecord], name: &str) -> Result<&'a PeriodRecord, Error> {
    let mut known = known.iter();
    let found = known.find(|period| period.name == name);
    found.ok_or(Error::NotFound { what: "period" })
}
