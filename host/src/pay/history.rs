//! History that is known whole: period by period it is paid in the order in which it
//! occurred, settled and closed, so that nothing has to be computed anew.

use super::books::Books;
use super::lane::Lane;
use super::recompute::Computation;
use super::settle::Round;
use super::{Error, award, close, wake};
use crate::domain::calendar::Period;
use crate::domain::deadline::Deadline;
use crate::domain::happening::Positioned;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::changes::{Changes, DeadlineChange};

/// Events in one commit.
const EVENTS_AT_ONCE: u32 = 1_000;
/// Wishes that are fulfilled at once.
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

/// Pays a period's events in the order in which they occurred, and among them what
/// components are woken by before history ended.
async fn pay(lane: &mut Lane<'_>, period: &Period, ended_at: Micros) -> Result<(), Error> {
    let counted = last_position(lane).await?;
    let mut books = Books::of_history(counted);
    let until = period.ends.min(Micros(ended_at.0.saturating_add(1)));
    let mut after = (period.begins, String::new());
    loop {
        lane.keep().await?;
        let mut events = next_events(lane, &after, period.ends).await?;
        let due = next_wish(lane, until).await?;
        if let Some(due) = due {
            events.retain(|event| event.event.occurred_at < due);
        }
        if events.is_empty() {
            match due {
                Some(due) => fulfil(lane, due).await?,
                None => return Ok(()),
            }
            continue;
        }
        let mut changes = award::paid(lane, &mut books, &events).await?;
        // A wish of these that is due among them comes before those that follow it.
        let first = first_wish(&changes);
        if let Some(due) = first.filter(|due| events.iter().any(|event| follows(event, *due))) {
            events.retain(|event| !follows(event, due));
            books = Books::of_history(counted);
            changes = award::paid(lane, &mut books, &events).await?;
        }
        lane.commit(changes).await?;
        books.book.forget_entered();
        if let Some(Positioned { event, .. }) = events.last() {
            after = (event.occurred_at, event.id.as_str().to_owned());
        }
    }
}

fn follows(event: &Positioned, due: Micros) -> bool {
    event.event.occurred_at >= due
}

async fn next_events(
    lane: &Lane<'_>,
    after: &(Micros, String),
    until: Micros,
) -> Result<Vec<Positioned>, Error> {
    let contract = &lane.force().contract;
    let (owner, store) = (&contract.manufacturer, &lane.host.store);
    let after = (after.0, after.1.as_str());
    let events = store.events_occurred(owner, &contract.id, after, until, EVENTS_AT_ONCE);
    Ok(events.await?)
}

/// When the next wish is due, before an instant.
async fn next_wish(lane: &Lane<'_>, until: Micros) -> Result<Option<Micros>, Error> {
    let due = wishes(lane, until, 1).await?;
    Ok(due.first().map(|wish| wish.due_at))
}

async fn wishes(lane: &Lane<'_>, until: Micros, limit: u32) -> Result<Vec<Deadline>, Error> {
    let contract = &lane.force().contract;
    let (owner, store) = (&contract.manufacturer, &lane.host.store);
    let wishes = store.wake_ups(owner, &contract.id, Micros(i64::MIN), until, limit);
    Ok(wishes.await?)
}

/// When the first of the wishes is due that something asks for.
fn first_wish(changes: &Changes) -> Option<Micros> {
    let set = changes.deadlines.iter().filter_map(|change| match change {
        DeadlineChange::Set(wish) => Some(wish.due_at),
        _ => None,
    });
    set.min()
}

/// Fulfils the wishes that are due at an instant.
async fn fulfil(lane: &mut Lane<'_>, due: Micros) -> Result<(), Error> {
    let mut changes = Changes::default();
    for wish in wishes(lane, Micros(due.0.saturating_add(1)), WISHES_AT_ONCE).await? {
        let woken = wake::event_of(lane.host, &wish).await?;
        changes.events.extend(woken);
        changes.deadlines.push(DeadlineChange::Done(wish.id));
    }
    lane.commit(changes).await
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
