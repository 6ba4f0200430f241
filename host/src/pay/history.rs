//! History that is known whole: period by period it is paid in the order in which it
//! occurred, settled and closed, so that nothing has to be computed anew. Only a period in
//! which a component wanted to be woken is, with what it is woken by.

use super::books::Books;
use super::lane::Lane;
use super::recompute::Computation;
use super::settle::Round;
use super::{Error, award, close, wake};
use crate::domain::calendar::Period;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::changes::{Changes, DeadlineChange};

/// Events in one commit.
const EVENTS_AT_ONCE: u32 = 1_000;
/// Wishes read at once.
const WISHES_AT_ONCE: u32 = 500;

/// Pays everything that has happened under a contract of which nothing is paid yet, and
/// closes each period that was over when history ended. A period that cannot be settled
/// stays open, which is on record, and so do those after it.
///
/// # Errors
/// What was paid by then stays; it cannot be gone on with.
pub async fn pay_history(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    ended_at: Micros,
) -> Result<(), Error> {
    let mut lane = Lane::take_patiently(host, manufacturer, contract).await?;
    let paid = periods(&mut lane, ended_at).await;
    lane.give_back().await;
    paid
}

async fn periods(lane: &mut Lane<'_>, ended_at: Micros) -> Result<(), Error> {
    let mut next = close::next(lane).await?;
    let mut is_settled = true;
    while let Some(period) = next {
        pay(lane, &period, ended_at).await?;
        if is_settled && period.ends.0 <= ended_at.0.saturating_add(1) {
            is_settled = settle(lane, &period).await?;
        }
        next = after(lane, &period, ended_at).await?;
    }
    let position = last_position(lane).await?;
    lane.commit_up_to(position, Changes::default()).await
}

/// The next period; none where history is over, and nothing is recorded of later times.
async fn after(
    lane: &Lane<'_>,
    period: &Period,
    ended_at: Micros,
) -> Result<Option<Period>, Error> {
    let ends = period.ends;
    if ends > ended_at {
        let contract = &lane.force().contract;
        let store = &lane.host.store;
        let (owner, ever) = (&contract.manufacturer, Micros(i64::MAX));
        let later = store.events_occurred(owner, &contract.id, (ends, ""), ever, 1);
        if later.await?.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(lane.period_of(ends)?))
}

/// Pays a period's events in the order in which they occurred, and what components are
/// woken by in it before history ended.
async fn pay(lane: &mut Lane<'_>, period: &Period, ended_at: Micros) -> Result<(), Error> {
    let mut known = last_position(lane).await?;
    let mut books = Books::of_history(known);
    let mut after = (period.begins, String::new());
    loop {
        lane.keep().await?;
        let contract = &lane.force().contract;
        let events = lane
            .host
            .store
            .events_occurred(
                &contract.manufacturer,
                &contract.id,
                (after.0, &after.1),
                period.ends,
                EVENTS_AT_ONCE,
            )
            .await?;
        let Some(last) = events.last() else { break };
        after = (last.event.occurred_at, last.event.id.as_str().to_owned());
        let changes = award::paid(lane, &mut books, &events).await?;
        lane.commit(changes).await?;
        books.book.forget_entered();
    }
    let until = period.ends.min(Micros(ended_at.0.saturating_add(1)));
    while fulfil(lane, until).await? {
        let mut computation = Computation::begin(lane, period, &period.name).await?;
        computation.events(known, i64::MAX).await?;
        let changes = computation.finish()?;
        lane.commit(changes).await?;
        known = last_position(lane).await?;
    }
    Ok(())
}

/// Fulfils the wishes that are due before an instant. Answers whether there were any.
async fn fulfil(lane: &mut Lane<'_>, until: Micros) -> Result<bool, Error> {
    let mut any = false;
    loop {
        let contract = &lane.force().contract;
        let store = &lane.host.store;
        let (owner, ever) = (&contract.manufacturer, Micros(i64::MIN));
        let due = store.wake_ups(owner, &contract.id, ever, until, WISHES_AT_ONCE);
        let due = due.await?;
        if due.is_empty() {
            return Ok(any);
        }
        let mut changes = Changes::default();
        for wish in due {
            let woken = wake::event_of(lane.host, &wish).await?;
            changes.events.extend(woken);
            changes.deadlines.push(DeadlineChange::Done(wish.id));
        }
        lane.commit(changes).await?;
        any = true;
    }
}

/// Settles a period whose events are paid, and closes it. Answers whether it could be.
async fn settle(lane: &mut Lane<'_>, period: &Period) -> Result<bool, Error> {
    let before = close::begin_closing(lane, period, None).await?;
    let settled = settled(lane, period).await;
    match close::end_closing(lane, period, before, settled, None, Vec::new()).await {
        Ok(_) => Ok(true),
        Err(Error::NotSettled { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn settled(lane: &Lane<'_>, period: &Period) -> Result<Changes, Error> {
    let plan = lane.plan_of(period, None).await?;
    let mut computation = Computation::paid(lane, period, plan);
    computation.settle(Round::First).await?;
    computation.finish()
}

async fn last_position(lane: &Lane<'_>) -> Result<i64, Error> {
    let manufacturer = &lane.force().contract.manufacturer;
    Ok(lane.host.store.last_position(manufacturer).await?)
}
