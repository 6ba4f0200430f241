//! Events of periods that are closed. The closed periods are computed anew as if
//! the events had come in order; what differs is booked in the open period and
//! names what it adjusts.

use super::Error;
use super::lane::Lane;
use super::recompute::Computation;
use super::settle::Round;
use crate::domain::calendar::Period;
use crate::domain::happening::Positioned;
use crate::domain::ledger::Posting;
use crate::store::changes::Changes;

/// Pays late events: every closed period from the first one's on.
pub(super) async fn pay(lane: &mut Lane<'_>, events: &[Positioned]) -> Result<(), Error> {
    let first = events
        .iter()
        .filter(|positioned| lane.is_paid(&positioned.event))
        .map(|positioned| positioned.event.occurred_at)
        .min();
    let (Some(last), Some(first), Some(closed_until)) = (events.last(), first, lane.closed_until())
    else {
        return Ok(());
    };
    let known = lane.position();
    let mut period = lane.period_of(first)?;
    // One commit a period: the next one begins with balances that this one has
    // left. Computed again after a fault, a period that is done differs in nothing.
    while period.begins < closed_until {
        let changes = compute(lane, &period, known, last.position, &[]).await?;
        let next = lane.period_of(period.ends)?;
        lane.commit(changes).await?;
        period = next;
    }
    lane.commit_up_to(last.position, Changes::default()).await
}

/// Computes a closed period anew; what differs is for the open one to book. Those of
/// its events up to `up_to` that come after `known` are paid for the first time. What
/// is `unbooked` of earlier periods counts as if it were booked.
pub(super) async fn compute(
    lane: &Lane<'_>,
    period: &Period,
    known: i64,
    up_to: i64,
    unbooked: &[Posting],
) -> Result<Changes, Error> {
    let open = lane.period_of(lane.closed_until().unwrap_or(period.ends))?;
    let mut computation = Computation::begin(lane, period, &open.name).await?;
    computation.books.assume(unbooked);
    computation.events(known, up_to).await?;
    computation.settle(Round::Again).await?;
    computation.finish()
}
