//! The lane at work: each event is paid when its turn comes, with the book as
//! the events before it have left it.

use std::sync::Arc;

use super::ask::{self, Awarded, Recorded};
use super::books::Books;
use super::lane::Lane;
use super::posting::Booking;
use super::{Error, late, wake};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::event::EventCode;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::host::{Host, InForce};
use crate::store::changes::Changes;

/// Events in one commit.
const EVENTS_AT_ONCE: u32 = 200;

/// Pays what waits in the lanes that nobody else is at. Answers how many events
/// were looked at. A contract that cannot be paid now keeps no other waiting.
pub async fn pay_waiting(host: &Host) -> Result<usize, Error> {
    let mut looked_at = 0;
    for paying in host.store.paying_contracts().await? {
        if !paying.is_behind {
            continue;
        }
        match pay_contract(host, &paying.manufacturer, &paying.contract).await {
            Ok(events) => looked_at += events,
            // Another host is at it, or was faster.
            Err(Error::Busy) => {}
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => tracing::error!(
                contract = %paying.contract,
                code = error.code(),
                "events could not be paid; they are tried again: {error}"
            ),
        }
    }
    Ok(looked_at)
}

async fn pay_contract(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
) -> Result<usize, Error> {
    let Some(mut lane) = Lane::take(host, manufacturer, contract).await? else {
        return Ok(0);
    };
    let drained = drain(&mut lane).await;
    lane.give_back().await;
    drained
}

/// Pays everything that waits in the lane.
pub(super) async fn drain(lane: &mut Lane<'_>) -> Result<usize, Error> {
    let mut books = Books::open(lane);
    let mut looked_at = 0;
    loop {
        lane.keep().await?;
        let contract = &lane.force().contract;
        let events = lane
            .host
            .store
            .events_of_contract(
                &contract.manufacturer,
                &contract.id,
                lane.position(),
                EVENTS_AT_ONCE,
            )
            .await?;
        if events.is_empty() {
            books.book.forget_booked();
            lane.keep_book(books.book);
            return Ok(looked_at);
        }
        let on_time = events
            .iter()
            .take_while(|event| !is_late(lane, &event.event))
            .count();
        let taken = if on_time > 0 {
            let changes = paid(lane, &mut books, &events[..on_time]).await?;
            let last = events[on_time - 1].position;
            lane.commit_up_to(last, changes).await?;
            books.book.forget_entered();
            on_time
        } else {
            // Those that follow are dealt with at the same time, as far as they
            // are late too.
            let late = events
                .iter()
                .take_while(|event| is_late(lane, &event.event) || !lane.is_paid(&event.event))
                .count();
            late::pay(lane, &events[..late]).await?;
            books = Books::open(lane);
            late
        };
        looked_at += taken;
    }
}

fn is_late(lane: &Lane<'_>, event: &Event) -> bool {
    let is_closed = lane
        .closed_until()
        .is_some_and(|until| event.occurred_at < until);
    is_closed && lane.is_paid(event)
}

/// What paying events of open periods comes to, one after the other. It is for the caller
/// to commit it before the book forgets what was entered.
pub(super) async fn paid(
    lane: &Lane<'_>,
    books: &mut Books,
    events: &[Positioned],
) -> Result<Changes, Error> {
    let paid: Vec<&Positioned> = events
        .iter()
        .filter(|positioned| lane.is_paid(&positioned.event))
        .collect();
    books.recall(lane, &paid).await?;
    let mut changes = Changes::default();
    let mut left = paid.as_slice();
    while !left.is_empty() {
        let paying = pay_in_turn(lane, books, left, &mut changes);
        let done = lane.in_a_turn(paying).await?;
        left = &left[done..];
    }
    Ok(changes)
}

/// Pays as many of the events as there is time for in a turn. Answers how many.
async fn pay_in_turn(
    lane: &Lane<'_>,
    books: &mut Books,
    events: &[&Positioned],
    changes: &mut Changes,
) -> Result<usize, Error> {
    for (before, positioned) in events.iter().enumerate() {
        if before > 0 && lane.turn.is_over() {
            return Ok(before);
        }
        pay_one(lane, books, positioned, changes).await?;
    }
    Ok(events.len())
}

async fn pay_one(
    lane: &Lane<'_>,
    books: &mut Books,
    positioned: &Positioned,
    changes: &mut Changes,
) -> Result<(), Error> {
    let event = &positioned.event;
    let period = lane.period_of(event.occurred_at)?;
    let plan = lane
        .plan_of(&period, books.subjects.concerned(event))
        .await?;
    for component in components(&plan, event) {
        let now = lane.host.clock.now();
        let new_id = |_: &_| lane.host.ids.next(now);
        let first = Recorded::Nothing;
        let awarded = ask::award(lane, &plan, &component, event, books, first, new_id);
        match awarded.await? {
            Awarded::Paid {
                entries,
                wake_ups,
                decision,
            } => {
                let booking = Booking {
                    lane,
                    period: &period.name,
                    booked_period: &period.name,
                    position: positioned.position,
                };
                changes
                    .postings
                    .extend(entries.iter().map(|entry| booking.line(entry)));
                changes.decisions.extend(decision);
                wake::set(lane, &plan, &component, event, wake_ups, changes);
            }
            Awarded::Failed {
                code,
                detail,
                decision,
            } => {
                changes.decisions.extend(decision);
                let failed = failed(lane, &component, Some(event), code, &detail);
                changes.events.push(failed);
            }
        }
    }
    Ok(())
}

/// The components that are asked about an event: all, or the one that wanted to
/// be woken.
pub(super) fn components(plan: &Arc<InForce>, event: &Event) -> Vec<String> {
    let woken = wake::component(event);
    plan.components()
        .map(|(component, _)| component)
        .filter(|component| woken.is_none_or(|woken| woken == *component))
        .map(str::to_owned)
        .collect()
}

/// The event that says that a component could not be asked.
pub(super) fn failed(
    lane: &Lane<'_>,
    component: &str,
    about: Option<&Event>,
    code: &str,
    detail: &str,
) -> Event {
    let contract = &lane.force().contract;
    let now = lane.host.clock.now();
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let mut attributes = Attributes::from([
        ("component".to_owned(), text(component)),
        ("code".to_owned(), text(code)),
        ("detail".to_owned(), text(detail)),
    ]);
    if let Some(about) = about {
        attributes.insert("event".to_owned(), text(about.id.as_str()));
    }
    Event {
        manufacturer: contract.manufacturer.clone(),
        id: lane.host.ids.next(now),
        contract: contract.id.clone(),
        lead: about.and_then(|event| event.lead.clone()),
        cycle: about.map_or(0, |event| event.cycle),
        deal: about.and_then(|event| event.deal.clone()),
        partner: None,
        code: EventCode::PolicyFailed.as_str().to_owned(),
        occurred_at: now,
        recorded_at: now,
        attributes,
        lines: Vec::new(),
        decision: None,
        actor: None,
    }
}
