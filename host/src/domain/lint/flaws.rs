//! When a change in a scenario shows a flaw.

use super::Brief;
use super::change::{Change, Reported};
use super::finding::Flaw;
use super::probe::{Probe, Stop, answered};
use super::scenario::{Deed, Scenario};
use crate::domain::event::EventCode;

/// Less than this many minor units is no cliff.
const CLIFF_MIN: i64 = 100;
/// Nor is less than this part of what is paid.
const CLIFF_PART: i64 = 20;
/// A step that is so many times those before and after it is a cliff.
const CLIFF_TIMES: i64 = 2;
/// So often something is repeated, to see whether it is still paid.
pub(super) const REPEATS: u32 = 100;
const FEW_REPEATS: u32 = 10;
/// Deals from this value on that pay more than they are worth; below it, what is paid at
/// least may well be more. Minor units.
const LARGE_DEAL: i64 = 1_000_000_000;

/// A change that shows a flaw.
pub(super) struct Shown {
    pub after: Scenario,
    pub paid_before: i64,
    pub paid_after: i64,
    pub cost: Option<i64>,
}

/// Whether the change shows the flaw; where something has no answer, it does not.
pub(super) fn shows<E>(
    probe: &mut Probe<'_, E>,
    brief: &Brief,
    flaw: Flaw,
    before: &Scenario,
    change: &Change,
) -> Result<Option<Shown>, Stop<E>> {
    let shown = shown(probe, brief, flaw, before, change);
    Ok(answered(shown)?.flatten())
}

fn shown<E>(
    probe: &mut Probe<'_, E>,
    brief: &Brief,
    flaw: Flaw,
    before: &Scenario,
    change: &Change,
) -> Result<Option<Shown>, Stop<E>> {
    let Some(after) = change.of(before) else {
        return Ok(None);
    };
    let (paid_before, paid_after) = (probe.paid(before)?, probe.paid(&after)?);
    let more = paid_after.saturating_sub(paid_before);
    let mut cost = None;
    let is_shown = match (flaw, change) {
        // Where something is split or rounded, a minor unit is nobody's fault.
        (Flaw::PayFalls, _) => more < -1,
        (Flaw::Cliff, Change::OneMoreUnworked) => {
            let next = change.of(&after);
            let last = one_unworked_less(before);
            stands_out(
                probe,
                more,
                (last.as_ref(), before),
                (&after, next.as_ref()),
            )?
        }
        (Flaw::Cliff, Change::AnotherLead) => {
            let next = change.of(&after);
            let last = one_less(before);
            stands_out(
                probe,
                more,
                (last.as_ref(), before),
                (&after, next.as_ref()),
            )?
        }
        (Flaw::Cliff, _) => is_jump(paid_before, paid_after),
        (Flaw::BookedThrough, Change::WorkedInstead(Reported(code))) => {
            let mut left_alone = before.clone();
            if let Some(first) = left_alone.leads.first_mut() {
                first.deeds.clear();
            }
            let is_punished = probe.paid(&left_alone)? > paid_before;
            let duty = brief.duties.iter().find(|duty| duty.event == *code);
            cost = duty.map(|duty| duty.cost);
            is_punished && cost.is_some_and(|cost| more < cost)
        }
        (Flaw::SplittingPays, Change::Split(parts)) => more > i64::from(*parts),
        (Flaw::MergingPays, Change::Merged) => more > before.leads[0].deeds.len() as i64,
        (Flaw::Unbounded, Change::Repeated(code, _)) => {
            let Some(few) = Change::Repeated(*code, FEW_REPEATS).of(before) else {
                return Ok(None);
            };
            let few = probe.paid(&few)?;
            let each = few.saturating_sub(paid_before) / i64::from(FEW_REPEATS - 1);
            let others = i64::from(REPEATS - FEW_REPEATS);
            // The later ones pay nearly as much as the first ones did.
            each > 0 && paid_after.saturating_sub(few) >= each.saturating_mul(others) / 10 * 9
        }
        (Flaw::Unbounded, Change::WorthMore(_)) => {
            let sold: i64 = after.leads[0]
                .deeds
                .iter()
                .filter_map(|deed| deed.value)
                .sum();
            sold >= LARGE_DEAL && paid_after > sold
        }
        (Flaw::Unbounded, Change::Measured { .. }) => is_jump(paid_before, paid_after) && more > 0,
        _ => false,
    };
    Ok(is_shown.then_some(Shown {
        after,
        paid_before,
        paid_after,
        cost,
    }))
}

/// Whether it is too much for a small step.
pub(super) fn is_jump(before: i64, after: i64) -> bool {
    let size = before.saturating_abs().max(after.saturating_abs());
    after.saturating_sub(before).saturating_abs() > CLIFF_MIN.max(size / CLIFF_PART)
}

/// Whether a step is far larger than the one before it and the one after it.
fn stands_out<E>(
    probe: &mut Probe<'_, E>,
    step: i64,
    (last, before): (Option<&Scenario>, &Scenario),
    (after, next): (&Scenario, Option<&Scenario>),
) -> Result<bool, Stop<E>> {
    // Without a step after it nothing tells a cliff from a slope.
    let Some(next) = next else {
        return Ok(false);
    };
    let next = probe.paid(next)?.saturating_sub(probe.paid(after)?);
    let last = match last {
        Some(last) => probe.paid(before)?.saturating_sub(probe.paid(last)?),
        None => 0,
    };
    let others = next.saturating_abs().max(last.saturating_abs());
    Ok(step.saturating_abs() > CLIFF_MIN.max(others.saturating_mul(CLIFF_TIMES)))
}

fn one_unworked_less(scenario: &Scenario) -> Option<Scenario> {
    let mut less = scenario.clone();
    let unworked = [Deed::of(EventCode::Unworked)];
    let mut others = less.leads.iter_mut().skip(1);
    others.find(|case| case.deeds == unworked)?.deeds.clear();
    Some(less)
}

fn one_less(scenario: &Scenario) -> Option<Scenario> {
    let mut less = scenario.clone();
    let first = less.leads.first()?.clone();
    let alike = less.leads.iter().skip(1).position(|case| *case == first)?;
    less.leads.remove(alike + 1);
    Some(less)
}

/// By which declaration of its manifest the plan says so itself.
pub(super) fn declared<E>(
    probe: &mut Probe<'_, E>,
    brief: &Brief,
    flaw: Flaw,
    before: &Scenario,
    change: &Change,
    shown: &Shown,
) -> Result<Option<String>, Stop<E>> {
    // Whether a deal that is larger by a tenth pays the same.
    let mut is_flat = |scenario: &Scenario| -> Result<bool, Stop<E>> {
        let deals = scenario.leads[0].deeds.iter().find_map(|deed| deed.value);
        let tenth = (deals.unwrap_or(0) / 10).max(1);
        match Change::WorthMore(tenth).of(scenario) {
            Some(next) => {
                let next = answered(probe.paid(&next))?;
                Ok(next.is_some() && next == answered(probe.paid(scenario))?)
            }
            None => Ok(false),
        }
    };
    let names: &[&str] = match (flaw, change) {
        (Flaw::Cliff, Change::WorthMore(_)) => match is_flat(&shown.after)? {
            true => &["floor", "minimum"],
            false => &["threshold", "slab", "minimum"],
        },
        (Flaw::Cliff, _) => &["threshold", "slab", "minimum"],
        (Flaw::SplittingPays, _) => {
            let (of_part, of_whole) = (is_flat(&shown.after)?, is_flat(before)?);
            match (of_part, of_whole) {
                (true, _) => &["floor", "minimum"],
                (_, true) => &["cap"],
                _ => &["falling-rates"],
            }
        }
        (Flaw::MergingPays, _) => &["slab", "threshold", "minimum"],
        _ => &[],
    };
    Ok(names
        .iter()
        .find(|name| brief.declares.iter().any(|declared| declared == *name))
        .map(|name| (*name).to_owned()))
}
