//! What a change of rules has come to: by the generation that decided.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::Serialize;

use super::{Times, times, traces};
use crate::contracts::binding;
use crate::demo::Error;
use crate::demo::swap::{SLOT, Stage, Swapping};
use crate::demo::world::World;
use crate::domain::happening::Positioned;
use crate::domain::ids::{DecisionId, LeadId};
use crate::domain::time::Micros;
use crate::host::{Host, InForce};

/// Leads that are shown with what the candidate would have done.
const EXAMPLES_MAX: usize = 3;

/// How a rule was changed and changed back.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Swap {
    pub slot: &'static str,
    pub plugin: String,
    /// Field by field, in words.
    pub changed: Vec<String>,
    pub steps: Vec<SwapStep>,
    pub shadow: Shadow,
    pub generations: Vec<OfGeneration>,
    pub rollback: Moved,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SwapStep {
    pub at: DateTime,
    pub generation: i64,
    /// shadow, canary, activate or rollback.
    pub step: &'static str,
    pub comment: &'static str,
}

/// What the candidate would have done, while it was not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shadow {
    pub asked: u32,
    pub flipped: u32,
    /// By what would have been done differently.
    pub by: BTreeMap<String, u32>,
    /// The numbers of some leads, with what would have been done.
    pub examples: Vec<(String, String)>,
}

/// What came of the decisions of one generation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OfGeneration {
    pub generation: i64,
    /// That it has ranked first.
    pub leads: u32,
    pub rankings: u32,
    pub offers: u32,
    /// Of these leads.
    pub claimed: u32,
    /// Looks at offers that were gone.
    pub looks_too_late: u32,
    /// From the first offer of a lead to its first claim.
    pub claim: Times,
}

/// What the rollback has moved, in leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moved {
    /// That the candidate had decided.
    pub decided: u32,
    /// Of those the ones on offer: ranked anew by what was in force before.
    pub withdrawn: u32,
}

/// Looks back at the change.
pub async fn of(
    host: &Host,
    world: &World,
    force: &InForce,
    events: &[Positioned],
    swapping: &Swapping,
    too_late: &[LookTooLate],
) -> Result<Swap, Error> {
    let mut swap = Swap {
        slot: SLOT,
        steps: swapping
            .taken
            .iter()
            .map(|taken| SwapStep {
                at: force.calendar.local(taken.at),
                generation: taken.generation,
                step: match taken.stage {
                    Stage::Shadow => "shadow",
                    Stage::Canary => "canary",
                    Stage::Activate => "activate",
                    Stage::RollBack => "rollback",
                },
                comment: taken.comment,
            })
            .collect(),
        ..Swap::default()
    };
    if let Some(difference) = &swapping.difference {
        swap.plugin = difference.to.plugin.clone();
        swap.changed = difference
            .configuration
            .iter()
            .map(ToString::to_string)
            .collect();
        let decisions = &difference.decisions;
        swap.shadow = Shadow {
            asked: decisions.asked,
            flipped: decisions.flips.len() as u32,
            by: decisions.flipped.clone(),
            // The latest come first.
            examples: decisions
                .flips
                .iter()
                .rev()
                .take(EXAMPLES_MAX)
                .map(|flip| {
                    let number = flip.number.clone().unwrap_or_default();
                    (number, flip.words.join("; "))
                })
                .collect(),
        };
    }
    if let Some(back) = &swapping.back {
        swap.rollback = Moved {
            decided: back.decided.len() as u32,
            withdrawn: back.withdrawn.len() as u32,
        };
    }
    swap.generations = generations(host, world, events, too_late).await?;
    Ok(swap)
}

/// A look at an offer that was gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookTooLate {
    pub lead: LeadId,
    pub at: Micros,
}

/// By the generation that decided. A lead counts for the one that ranked it first,
/// whatever ranks it later.
async fn generations(
    host: &Host,
    world: &World,
    events: &[Positioned],
    too_late: &[LookTooLate],
) -> Result<Vec<OfGeneration>, Error> {
    let known = binding::generations(host, &world.contract, SLOT, i64::MAX, u32::MAX).await?;
    let mut found: BTreeMap<i64, OfGeneration> = BTreeMap::new();
    let mut by: BTreeMap<DecisionId, (i64, Option<LeadId>)> = BTreeMap::new();
    for stands in known {
        let generation = stands.binding.generation;
        let decided =
            binding::decided(host, &world.contract, SLOT, generation, None, u32::MAX).await?;
        let line = OfGeneration {
            generation,
            rankings: decided.len() as u32,
            ..OfGeneration::default()
        };
        found.insert(generation, line);
        let decided = decided.into_iter();
        by.extend(decided.map(|one| (one.id, (generation, one.lead))));
    }
    // Identifiers are in the order in which they were made.
    let mut first: BTreeMap<&LeadId, i64> = BTreeMap::new();
    for (generation, lead) in by.values() {
        let Some(lead) = lead else { continue };
        if !first.contains_key(lead) {
            first.insert(lead, *generation);
            count(&mut found, *generation, |line| line.leads += 1);
        }
    }
    // Whose offers were out, and since when.
    let mut out: BTreeMap<&LeadId, Vec<(Micros, i64)>> = BTreeMap::new();
    let mut claimed: BTreeSet<&LeadId> = BTreeSet::new();
    let mut spans: BTreeMap<i64, Vec<(Micros, Micros)>> = BTreeMap::new();
    for Positioned { event, .. } in events {
        let Some(lead) = &event.lead else { continue };
        match event.code.as_str() {
            "offered" => {
                let decision = event.decision.as_ref().and_then(|id| by.get(id));
                let Some((generation, _)) = decision else {
                    continue;
                };
                let offers = out.entry(lead).or_default();
                offers.push((event.occurred_at, *generation));
                let partners = traces::listed(event, "partners");
                count(&mut found, *generation, |line| line.offers += partners);
            }
            "claimed" if claimed.insert(lead) => {
                let offered = out.get(lead).and_then(|offers| offers.first());
                let (Some((at, _)), Some(generation)) = (offered, first.get(lead)) else {
                    continue;
                };
                count(&mut found, *generation, |line| line.claimed += 1);
                let span = (*at, event.occurred_at);
                spans.entry(*generation).or_default().push(span);
            }
            _ => {}
        }
    }
    for look in too_late {
        let offers = out.get(&look.lead).into_iter().flatten();
        let last = offers.rev().find(|(at, _)| *at <= look.at);
        if let Some((_, generation)) = last {
            count(&mut found, *generation, |line| line.looks_too_late += 1);
        }
    }
    for (generation, spans) in spans {
        let times = times(spans.into_iter());
        count(&mut found, generation, |line| line.claim = times);
    }
    Ok(found.into_values().collect())
}

fn count(
    found: &mut BTreeMap<i64, OfGeneration>,
    generation: i64,
    add: impl FnOnce(&mut OfGeneration),
) {
    if let Some(line) = found.get_mut(&generation) {
        add(line);
    }
}
