//! A rule that was changed and changed back.

use std::fmt;

use super::numbers::{counted, per_cent, span};
use super::{head, heading};
use crate::cli::demo::table::Table;
use crate::demo::{Shadow, Swap, SwapStep};

pub fn write(f: &mut fmt::Formatter<'_>, swap: &Swap) -> fmt::Result {
    heading(
        f,
        &format!(
            "A RULE IS CHANGED WHILE LEADS COME IN: {}, {}",
            swap.slot, swap.plugin
        ),
    )?;
    for changed in &swap.changed {
        writeln!(f, "  {changed}")?;
    }
    writeln!(f)?;
    for step in &swap.steps {
        let at = step.at.strftime("%a %d %b %H:%M");
        writeln!(f, "  {at}  {}: {}", what(step), step.comment)?;
    }
    writeln!(f)?;
    shadow(f, &swap.shadow)?;
    writeln!(f)?;
    let mut rows = head([
        "generation",
        "leads",
        "rankings",
        "offers",
        "claimed",
        "of leads",
        "first offer to claim",
        "9 of 10",
        "looked when gone",
    ]);
    for line in &swap.generations {
        rows.push(vec![
            line.generation.to_string(),
            line.leads.to_string(),
            line.rankings.to_string(),
            line.offers.to_string(),
            line.claimed.to_string(),
            per_cent(line.claimed, line.leads),
            span(line.claim.median),
            span(line.claim.ninth_decile),
            line.looks_too_late.to_string(),
        ]);
    }
    write!(f, "{}", Table { left: &[], rows })?;
    let moved = &swap.rollback;
    writeln!(
        f,
        "\n  Leads count for the generation that ranked them first, rankings and offers for their own.\n  \
         The rollback found {} leads that the candidate had decided. {} were on offer: their offers \
         were\n  taken back, and they were ranked anew. What was claimed stayed as it was.",
        moved.decided, moved.withdrawn
    )
}

fn what(step: &SwapStep) -> String {
    let generation = step.generation;
    match step.step {
        "shadow" => format!("generation {generation} is asked beside"),
        "canary" => format!("generation {generation} decides a quarter of the leads"),
        "activate" => format!("generation {generation} is in force"),
        _ => format!("back to the rule before, as generation {generation}"),
    }
}

fn shadow(f: &mut fmt::Formatter<'_>, shadow: &Shadow) -> fmt::Result {
    writeln!(
        f,
        "  Beside, it would have done otherwise in {} of {} rankings: {}.",
        shadow.flipped,
        shadow.asked,
        counted(&shadow.by)
    )?;
    for (number, words) in &shadow.examples {
        writeln!(f, "    {number}: {words}")?;
    }
    Ok(())
}
