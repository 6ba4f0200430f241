//! Whether anything was paid for a deal.

use super::Error;
use crate::domain::book::Subject;
use crate::domain::deal::Deal;
use crate::domain::time::Micros;
use crate::host::Host;

/// Whether the ledger has a line of the deal, whoever holds it. What waits in the lane is
/// not there yet.
pub async fn is_booked(host: &Host, deal: &Deal) -> Result<bool, Error> {
    let subject = [Subject::Deal(deal.id.clone())];
    let postings = host.store.postings_on(
        &deal.manufacturer,
        &deal.contract,
        &subject,
        Micros(i64::MAX),
    );
    Ok(!postings.await?.is_empty())
}
