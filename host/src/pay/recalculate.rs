//! A period is computed anew because somebody wants to know, or wants it so: for a
//! closed one with all closed ones after it, since they begin with what it leaves.

use std::collections::HashMap;

use super::lane::Lane;
use super::periods::{named, periods};
use super::{Error, award, close, late};
use crate::domain::book;
use crate::domain::calendar::Period;
use crate::domain::ids::{ContractId, ManufacturerId, PostingId, TokenId};
use crate::domain::ledger::{Overflow, Posting};
use crate::host::Host;
use crate::store::changes::Changes;

/// A line that comes to something else than was booked of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    /// What makes it come to what it should, with the period that shows it.
    pub posting: Posting,
    /// What was booked of the line before.
    pub booked: i64,
    /// What it comes to now.
    pub now: i64,
}

/// What computing a period anew would book, with what waits in the lane, which is paid
/// before that. Nothing is booked. Of an open period it is what closing it would book now.
///
/// # Errors
/// `NotFound` where there is no such period, and whatever keeps it from being computed.
pub async fn deviations(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    name: &str,
) -> Result<Vec<Deviation>, Error> {
    let lane = Lane::look(host, manufacturer, contract).await?;
    let mut period = by_name(&lane, name).await?;
    let mut found = Vec::new();
    let Some(closed_until) = lane.closed_until().filter(|until| period.begins < *until) else {
        let changes = close::compute(&lane, &period, i64::MAX).await?;
        note(&lane, &period, &changes, &mut found).await?;
        return Ok(found);
    };
    let mut unbooked: Vec<Posting> = Vec::new();
    while period.begins < closed_until {
        let changes = late::compute(&lane, &period, lane.position(), i64::MAX, &unbooked).await?;
        note(&lane, &period, &changes, &mut found).await?;
        unbooked.extend(changes.postings);
        period = lane.period_of(period.ends)?;
    }
    Ok(found)
}

/// Computes a closed period anew, and books what differs in the open one. Doing it
/// again books nothing.
///
/// # Errors
/// `Open` where closing it is what is wanted.
pub async fn recalculate(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    name: &str,
    actor: Option<&TokenId>,
) -> Result<Vec<Deviation>, Error> {
    let mut lane = Lane::take_patiently(host, manufacturer, contract).await?;
    let done = book(&mut lane, name, actor).await;
    lane.give_back().await;
    done
}

async fn book(
    lane: &mut Lane<'_>,
    name: &str,
    actor: Option<&TokenId>,
) -> Result<Vec<Deviation>, Error> {
    let first = by_name(lane, name).await?;
    let closed_until = lane.closed_until().filter(|until| first.begins < *until);
    let Some(closed_until) = closed_until else {
        return Err(Error::Open {
            name: name.to_owned(),
        });
    };
    award::drain(lane).await?;
    let mut found = Vec::new();
    let mut period = first;
    // One commit a period, as for what comes late.
    while period.begins < closed_until {
        let position = lane.position();
        let changes = late::compute(lane, &period, position, position, &[]).await?;
        note(lane, &period, &changes, &mut found).await?;
        lane.commit(changes).await?;
        period = lane.period_of(period.ends)?;
    }
    let outcome = format!("recalculated, {} differences", found.len());
    let changes = Changes {
        audit: vec![close::audited(lane, name, "booked", &outcome, actor)],
        ..Changes::default()
    };
    lane.commit(changes).await?;
    Ok(found)
}

/// The period of that name.
async fn by_name(lane: &Lane<'_>, name: &str) -> Result<Period, Error> {
    let contract = &lane.force().contract;
    let force = lane
        .host
        .contract(&contract.manufacturer, &contract.id)
        .await?;
    let known = periods(lane.host, &force).await?;
    lane.period_of(named(&known, name)?.begins)
}

/// Adds what is to be booked, with what was booked before.
async fn note(
    lane: &Lane<'_>,
    period: &Period,
    changes: &Changes,
    found: &mut Vec<Deviation>,
) -> Result<(), Error> {
    if changes.postings.is_empty() {
        return Ok(());
    }
    let contract = &lane.force().contract;
    let postings = lane
        .host
        .store
        .postings_of_period(&contract.manufacturer, &contract.id, &period.name)
        .await?;
    let booked: HashMap<PostingId, i64> = book::lines(postings)?
        .into_iter()
        .map(|line| (line.id, line.amount))
        .collect();
    for posting in &changes.postings {
        let line = posting.adjusts.as_ref().and_then(|line| booked.get(line));
        let booked = line.copied().unwrap_or(0);
        found.push(Deviation {
            posting: posting.clone(),
            booked,
            now: booked.checked_add(posting.amount).ok_or(Overflow)?,
        });
    }
    Ok(())
}
