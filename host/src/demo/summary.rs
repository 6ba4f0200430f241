//! What has come of it, from committed events, postings and what the play kept
//! besides.

mod money;
mod swap;
mod traces;

use std::collections::BTreeMap;

use serde::Serialize;

use self::traces::Trace;
use super::Error;
use super::play::Tally;
use super::swap::Swapping;
use super::world::World;
use crate::domain::figure::{Facts, Figure, Window};
use crate::domain::happening::Positioned;
use crate::domain::lead::Lead;
use crate::domain::lifecycle::State;
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::LeadFilter;

pub use self::money::{Earned, Money};
pub use self::swap::{LookTooLate, Moved, OfGeneration, Shadow, Swap, SwapStep};

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 1_000;

/// Everything that is printed, apart from the story.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    pub conversions: Conversions,
    pub unworked: Unworked,
    /// The warmest first.
    pub response: Vec<Response>,
    pub waves: Vec<Wave>,
    pub ladder: Ladder,
    pub partners: Vec<PartnerLine>,
    pub swap: Swap,
    pub money: Money,
}

/// How far the leads have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Conversions {
    pub received: u32,
    pub qualified: u32,
    pub claimed: u32,
    /// Whose holder spoke with the contact.
    pub contacted: u32,
    pub won: u32,
    /// Won, and called off later.
    pub called_off: u32,
    pub lost: u32,
    /// Never qualified: the answers are still missing.
    pub unanswered: u32,
    /// Qualified, and somebody still works them, or they are still offered.
    pub open: u32,
    /// Qualified, and left to the manufacturer's direct sales.
    pub direct: u32,
}

/// Leads without contact attempt, care contact or outcome within the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unworked {
    pub limit_days: u32,
    /// Somebody held them when the limit came: they count for that partner.
    pub held: u32,
    /// Leads that were ever claimed.
    pub claimed: u32,
    /// Nobody ever claimed them: they count for no partner.
    pub never_claimed: u32,
    pub qualified: u32,
    /// Claimed once and taken back; nobody held them when the limit came.
    pub taken_back: u32,
}

/// How soon partners act on leads of a temperature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Response {
    pub temperature: &'static str,
    /// From the first offer to the claim.
    pub claim: Times,
    /// From the claim to the first attempt to reach the contact.
    pub contact: Times,
    /// Claims that were worked within the promised time, in thousandths.
    pub in_time: u32,
}

/// Times on the clock, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Times {
    pub count: u32,
    pub median: i64,
    /// Nine of ten are no longer.
    pub ninth_decile: i64,
}

/// A round of offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Wave {
    pub number: u32,
    pub leads: u32,
    pub offers: u32,
    pub claimed: u32,
}

/// What followed when nobody acted, and how often partners said no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ladder {
    pub declined: u32,
    /// Offers, not leads.
    pub lapsed: u32,
    pub reminded: u32,
    pub recalled: u32,
    pub blocked: u32,
    /// By the role that was told.
    pub told: BTreeMap<String, u32>,
    /// Leads that came to the end of the ladder.
    pub ended: u32,
    /// Of those the desk tried once more.
    pub released: u32,
    /// Looks at offers that were gone.
    pub looks_too_late: u32,
    /// Claims that were refused, by what would have unlocked them.
    pub claims_refused: BTreeMap<String, u32>,
    /// Questions that a policy could not answer.
    pub failed: u32,
}

/// What a partner has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PartnerLine {
    pub code: String,
    pub name: String,
    /// How it behaves.
    pub temper: &'static str,
    pub offers: i64,
    pub claimed: i64,
    pub declined: i64,
    pub lapsed: i64,
    pub recalled: i64,
    /// Claims that were worked within the promised time, in thousandths.
    pub in_time: i64,
    pub won: i64,
    pub unworked: i64,
}

/// Looks back at the play.
pub async fn of(
    host: &Host,
    world: &World,
    tally: Tally,
    swapping: &Swapping,
) -> Result<Summary, Error> {
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let force = host.contract(manufacturer, contract).await?;
    let events = events(host, world).await?;
    let leads = leads(host, world).await?;
    let traces = traces::of(&events);
    let facts = host.facts(manufacturer, contract, None).await?;
    let partners = partners(world, &facts.read());
    let too_late = &tally.looks_too_late;
    let swap = swap::of(host, world, &force, &events, swapping, too_late).await?;
    Ok(Summary {
        swap,
        conversions: conversions(&leads, &traces),
        unworked: unworked(&traces, force.terms.unworked_after_days),
        response: response(&traces),
        waves: waves(&traces),
        ladder: ladder(&events, tally),
        partners,
        money: money::of(host, world, &events).await?,
    })
}

/// All events of the contract, in order.
pub(super) async fn events(host: &Host, world: &World) -> Result<Vec<Positioned>, Error> {
    let mut events: Vec<Positioned> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.position);
        let more = host
            .store
            .events_of_contract(
                &world.manufacturer.id,
                &world.contract.id,
                after,
                ROWS_AT_ONCE,
            )
            .await?;
        let is_last = (more.len() as u32) < ROWS_AT_ONCE;
        events.extend(more);
        if is_last {
            return Ok(events);
        }
    }
}

async fn leads(host: &Host, world: &World) -> Result<Vec<Lead>, Error> {
    let mut leads: Vec<Lead> = Vec::new();
    loop {
        let filter = LeadFilter {
            after: leads.last().map(|lead| lead.id.clone()),
            limit: ROWS_AT_ONCE,
            ..LeadFilter::default()
        };
        let more = host.store.leads(&world.manufacturer.id, &filter).await?;
        let is_last = (more.len() as u32) < ROWS_AT_ONCE;
        leads.extend(more);
        if is_last {
            return Ok(leads);
        }
    }
}

fn conversions(leads: &[Lead], traces: &[Trace]) -> Conversions {
    let traced = |is: fn(&Trace) -> bool| traces.iter().filter(|trace| is(trace)).count() as u32;
    let stand = |is: fn(&Lead) -> bool| leads.iter().filter(|lead| is(lead)).count() as u32;
    Conversions {
        received: leads.len() as u32,
        qualified: traced(|trace| trace.qualified),
        claimed: traced(|trace| !trace.claims.is_empty()),
        contacted: traced(|trace| trace.contacted),
        won: traced(|trace| trace.won),
        called_off: traced(|trace| trace.called_off),
        lost: stand(|lead| lead.state == State::Lost),
        unanswered: stand(|lead| lead.qualified_at.is_none()),
        open: stand(|lead| {
            lead.qualified_at.is_some() && !lead.state.has_ended() && lead.manual.is_none()
        }),
        direct: stand(|lead| lead.qualified_at.is_some() && lead.manual.is_some()),
    }
}

fn unworked(traces: &[Trace], limit_days: u32) -> Unworked {
    let mut unworked = Unworked {
        limit_days,
        ..Unworked::default()
    };
    for trace in traces.iter().filter(|trace| trace.qualified) {
        unworked.qualified += 1;
        unworked.claimed += u32::from(!trace.claims.is_empty());
        match &trace.unworked {
            Some(Some(_)) => unworked.held += 1,
            Some(None) if trace.claims.is_empty() => unworked.never_claimed += 1,
            Some(None) => unworked.taken_back += 1,
            None => {}
        }
    }
    unworked
}

fn response(traces: &[Trace]) -> Vec<Response> {
    [Temperature::Hot, Temperature::Warm, Temperature::Cold]
        .into_iter()
        .map(|temperature| {
            let traces = || {
                traces
                    .iter()
                    .filter(|trace| trace.temperature == Some(temperature))
            };
            let claims = || traces().flat_map(|trace| &trace.claims);
            let in_time = claims().filter(|claim| claim.in_time).count();
            Response {
                temperature: temperature.as_str(),
                claim: times(
                    traces()
                        .filter_map(|trace| Some((trace.offered_at?, trace.claims.first()?.at))),
                ),
                contact: times(claims().filter_map(|claim| Some((claim.at, claim.worked_at?)))),
                in_time: (in_time * 1_000 / claims().count().max(1)) as u32,
            }
        })
        .collect()
}

/// By the nearest rank.
fn times(spans: impl Iterator<Item = (Micros, Micros)>) -> Times {
    let mut seconds: Vec<i64> = spans
        .map(|(from, until)| (until.0 - from.0) / 1_000_000)
        .collect();
    seconds.sort_unstable();
    let rank = |per_cent: usize| {
        let rank = (seconds.len() * per_cent).div_ceil(100).max(1);
        seconds.get(rank - 1).copied().unwrap_or(0)
    };
    Times {
        count: seconds.len() as u32,
        median: rank(50),
        ninth_decile: rank(90),
    }
}

fn waves(traces: &[Trace]) -> Vec<Wave> {
    let mut waves: BTreeMap<u32, Wave> = BTreeMap::new();
    for (number, offers) in traces.iter().flat_map(|trace| &trace.waves) {
        let wave = waves.entry(*number).or_default();
        wave.number = *number;
        wave.leads += 1;
        wave.offers += offers;
    }
    for claim in traces.iter().flat_map(|trace| &trace.claims) {
        if let Some(wave) = waves.get_mut(&claim.wave) {
            wave.claimed += 1;
        }
    }
    waves.into_values().collect()
}

fn ladder(events: &[Positioned], tally: Tally) -> Ladder {
    let mut ladder = Ladder {
        looks_too_late: tally.looks_too_late.len() as u32,
        claims_refused: tally.claims_refused,
        ..Ladder::default()
    };
    for Positioned { event, .. } in events {
        match event.code.as_str() {
            "declined" => ladder.declined += 1,
            "lapsed" => ladder.lapsed += traces::listed(event, "partners"),
            "reminded" => ladder.reminded += 1,
            "recalled" => ladder.recalled += 1,
            "blocked" => ladder.blocked += 1,
            "told" => {
                // A period's notices are the ledger's.
                if let Some(role) = traces::text(event, "role") {
                    *ladder.told.entry(role.to_owned()).or_default() += 1;
                }
            }
            "queued" if traces::text(event, "code") == Some("escalation.fallback") => {
                ladder.ended += 1;
            }
            "queued" | "policy-failed" => ladder.failed += 1,
            "released" => ladder.released += 1,
            _ => {}
        }
    }
    ladder
}

fn partners(world: &World, facts: &Facts) -> Vec<PartnerLine> {
    let always = Window {
        from: Micros(i64::MIN),
        until: Micros(i64::MAX),
    };
    world
        .partners
        .values()
        .filter_map(|player| Some((&player.partner, player.temper?)))
        .map(|(partner, temper)| {
            let count = |figure| facts.count_of(&partner.id, figure, always);
            PartnerLine {
                code: partner.code.clone(),
                name: partner.name.clone(),
                temper: temper.name,
                offers: count(Figure::Received),
                claimed: count(Figure::Claimed),
                declined: count(Figure::Declined),
                lapsed: count(Figure::Lapsed),
                recalled: count(Figure::Recalled),
                in_time: count(Figure::WithinSla),
                won: count(Figure::Won),
                unworked: count(Figure::Unworked),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_are_no_longer_than_the_ninth_decile() {
        let spans =
            |count: i64| times((1..=count).map(|seconds| (Micros(0), Micros(seconds * 1_000_000))));
        assert_eq!(
            spans(10),
            Times {
                count: 10,
                median: 5,
                ninth_decile: 9
            }
        );
        assert_eq!(spans(1).ninth_decile, 1);
        assert_eq!(spans(0), Times::default());
    }
}
