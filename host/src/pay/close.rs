//! A period that is over is closed: computed anew in the order of its events,
//! settled, and final from then on.

use super::lane::Lane;
use super::recompute::Computation;
use super::settle::Round;
use super::{Error, award};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::audit::{AuditEntry, Change};
use crate::domain::calendar::Period;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{ContractId, ManufacturerId, TokenId};
use crate::domain::ledger::{PeriodRecord, PeriodState};
use crate::domain::span::{Leg, Span};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::changes::{Changes, Guard};

/// Closes the contract's next period by name: a person wants it.
///
/// # Errors
/// Unless it is the next one, and over, and its time of grace too.
pub async fn close(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    name: &str,
    actor: Option<&TokenId>,
) -> Result<PeriodRecord, Error> {
    let mut lane = Lane::take_patiently(host, manufacturer, contract).await?;
    let closed = close_named(&mut lane, name, actor).await;
    lane.give_back().await;
    closed
}

async fn close_named(
    lane: &mut Lane<'_>,
    name: &str,
    actor: Option<&TokenId>,
) -> Result<PeriodRecord, Error> {
    let mut known = lane.periods.iter();
    let closed = known.find(|period| period.name == name && period.state == PeriodState::Closed);
    if let Some(closed) = closed {
        return Err(Error::already_closed(closed));
    }
    let next = match next(lane).await? {
        Some(next) => next,
        None => lane.period_of(lane.host.clock.now())?,
    };
    if next.name != name {
        return Err(Error::NotNext {
            name: name.to_owned(),
            first: next.name,
        });
    }
    let now = lane.host.clock.now();
    if now < next.ends {
        return Err(Error::NotOver {
            name: next.name,
            ends: next.ends,
        });
    }
    let until = grace_until(lane, next.ends)?;
    if now < until {
        return Err(Error::InGrace {
            name: next.name,
            until,
        });
    }
    let (open, closed) = (PeriodState::Open.as_str(), PeriodState::Closed.as_str());
    let audit = audited(lane, name, open, closed, actor);
    close_next(lane, &next, actor, vec![audit]).await
}

/// Closes every period whose time has come: over, its grace over, and nothing
/// recorded of it for as long, so that an import of history is not interrupted.
/// Answers how many were closed.
pub async fn close_due(host: &Host) -> Result<usize, Error> {
    let mut closed = 0;
    for paying in host.store.paying_contracts().await? {
        let taken = Lane::take(host, &paying.manufacturer, &paying.contract).await;
        let result = match taken {
            Ok(Some(mut lane)) => {
                let result = close_due_of(&mut lane).await;
                lane.give_back().await;
                result
            }
            Ok(None) => continue,
            Err(error) => Err(error),
        };
        match result {
            Ok(periods) => closed += periods,
            Err(Error::Busy) => {}
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => tracing::error!(
                contract = %paying.contract,
                code = error.code(),
                "a period could not be closed; it is tried again: {error}"
            ),
        }
    }
    Ok(closed)
}

async fn close_due_of(lane: &mut Lane<'_>) -> Result<usize, Error> {
    let mut closed = 0;
    while let Some(next) = next(lane).await? {
        if !is_due(lane, &next).await? {
            break;
        }
        close_next(lane, &next, None, Vec::new()).await?;
        closed += 1;
    }
    Ok(closed)
}

/// Whether a period is over, its grace too, and nothing was recorded of it for as
/// long.
async fn is_due(lane: &Lane<'_>, period: &Period) -> Result<bool, Error> {
    let (host, contract) = (lane.host, &lane.force().contract);
    let now = host.clock.now();
    let is_quiet = |recorded: Option<Micros>| {
        let since = recorded.map_or(period.ends, |at| at.max(period.ends));
        Ok::<_, Error>(now >= grace_until(lane, since)?)
    };
    // All of its events are walked only when those that were seen are quiet.
    let seen = host.recorded(&contract.id, &period.name);
    if now < period.ends || !is_quiet(seen)? {
        return Ok(false);
    }
    let last = host
        .store
        .last_recorded(
            &contract.manufacturer,
            &contract.id,
            period.begins,
            period.ends,
        )
        .await?;
    if let Some(last) = last {
        host.keep_recorded(&contract.id, &period.name, last);
    }
    is_quiet(last)
}

/// The first period that is not closed; none where nothing has happened yet.
pub(super) async fn next(lane: &Lane<'_>) -> Result<Option<Period>, Error> {
    let contract = &lane.force().contract;
    let begins = match lane.closed_until() {
        Some(until) => Some(until),
        None => {
            lane.host
                .store
                .first_occurred(&contract.manufacturer, &contract.id)
                .await?
        }
    };
    begins.map(|begins| lane.period_of(begins)).transpose()
}

fn grace_until(lane: &Lane<'_>, since: Micros) -> Result<Micros, Error> {
    let force = lane.force();
    let grace = Span(vec![Leg::BusinessDays(
        force.terms.periods.grace_business_days,
    )]);
    Ok(force.calendar.resolve(&grace, since)?)
}

async fn close_next(
    lane: &mut Lane<'_>,
    period: &Period,
    actor: Option<&TokenId>,
    audit: Vec<AuditEntry>,
) -> Result<PeriodRecord, Error> {
    award::drain(lane).await?;
    let before = begin_closing(lane, period, actor).await?;
    let computed = compute(lane, period, lane.position()).await;
    end_closing(lane, period, before, computed, actor, audit).await
}

/// Says that the period is being closed. Answers how it stood before.
pub(super) async fn begin_closing(
    lane: &mut Lane<'_>,
    period: &Period,
    actor: Option<&TokenId>,
) -> Result<Option<PeriodState>, Error> {
    let closing = record(lane, period, PeriodState::Closing, actor);
    let before = state(lane, period);
    let changes = Changes {
        guards: vec![Guard::Period(
            closing.contract.clone(),
            period.name.clone(),
            before,
        )],
        periods: vec![closing],
        ..Changes::default()
    };
    lane.commit(changes).await?;
    Ok(before)
}

/// Books what the period comes to, and closes it; where it cannot be settled, it stays as it
/// is, which is on record once.
pub(super) async fn end_closing(
    lane: &mut Lane<'_>,
    period: &Period,
    before: Option<PeriodState>,
    computed: Result<Changes, Error>,
    actor: Option<&TokenId>,
    audit: Vec<AuditEntry>,
) -> Result<PeriodRecord, Error> {
    let mut changes = match computed {
        Ok(changes) => changes,
        Err(error) => {
            if let Error::NotSettled {
                component,
                code,
                detail,
            } = &error
                && before != Some(PeriodState::Closing)
            {
                let failed = award::failed(lane, component, None, code, detail);
                let changes = Changes {
                    events: vec![failed],
                    ..Changes::default()
                };
                lane.commit(changes).await?;
            }
            return Err(error);
        }
    };
    let closed = record(lane, period, PeriodState::Closed, actor);
    changes.periods.push(closed.clone());
    changes.events.push(closed_event(lane, period, actor));
    changes.audit = audit;
    lane.commit(changes).await?;
    tracing::info!(
        contract = lane.force().contract.code,
        period = period.name,
        "a period was closed"
    );
    Ok(closed)
}

/// Computes a period with its events up to a position anew, and settles it.
pub(super) async fn compute(
    lane: &Lane<'_>,
    period: &Period,
    up_to: i64,
) -> Result<Changes, Error> {
    let mut computation = Computation::begin(lane, period, &period.name).await?;
    computation.events(lane.position(), up_to).await?;
    computation.settle(Round::First).await?;
    computation.finish()
}

fn state(lane: &Lane<'_>, period: &Period) -> Option<PeriodState> {
    lane.periods
        .iter()
        .find(|known| known.name == period.name)
        .map(|known| known.state)
}

fn record(
    lane: &Lane<'_>,
    period: &Period,
    state: PeriodState,
    actor: Option<&TokenId>,
) -> PeriodRecord {
    let contract = &lane.force().contract;
    PeriodRecord {
        manufacturer: contract.manufacturer.clone(),
        contract: contract.id.clone(),
        name: period.name.clone(),
        cadence: period.cadence,
        begins: period.begins,
        ends: period.ends,
        state,
        closed_at: (state == PeriodState::Closed).then(|| lane.host.clock.now()),
        closed_by: actor.map(|actor| actor.as_str().to_owned()),
    }
}

/// What somebody has made of a period.
pub(super) fn audited(
    lane: &Lane<'_>,
    period: &str,
    from: &str,
    to: &str,
    actor: Option<&TokenId>,
) -> AuditEntry {
    let contract = &lane.force().contract;
    let now = lane.host.clock.now();
    let change = Change::Alter {
        what: format!("period {period} of {}", contract.code),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    AuditEntry {
        manufacturer: contract.manufacturer.clone(),
        id: lane.host.ids.next(now),
        at: now,
        actor: actor.cloned(),
        change: change.to_string(),
    }
}

fn closed_event(lane: &Lane<'_>, period: &Period, actor: Option<&TokenId>) -> Event {
    let contract = &lane.force().contract;
    let now = lane.host.clock.now();
    Event {
        manufacturer: contract.manufacturer.clone(),
        id: lane.host.ids.next(now),
        contract: contract.id.clone(),
        lead: None,
        cycle: 0,
        deal: None,
        partner: None,
        code: EventCode::PeriodClosed.as_str().to_owned(),
        occurred_at: now,
        recorded_at: now,
        attributes: Attributes::from([(
            "period".to_owned(),
            AttributeValue::Text(period.name.clone()),
        )]),
        lines: Vec::new(),
        decision: None,
        actor: actor.cloned(),
    }
}
