//! Looks for flaws, and makes their examples smaller.

use std::collections::BTreeSet;

use super::Brief;
use super::change::{Change, Reported, smaller_scenarios};
use super::finding::{CREDITS, Finding, Flaw, Report};
use super::flaws::{REPEATS, Shown, declared, is_jump, shows};
use super::periods::{VALUES, left_unworked, steps_of_value};
use super::probe::{Probe, Stop, answered};
use super::scenario::{Case, Deed, Scenario};
use crate::domain::event::EventCode;

/// A measure is looked at beyond its worst and its best by so many times what lies between.
const BEYOND: i64 = 4;
/// The smallest step of a measure, as a part of what lies between.
const STEPS: i64 = 1_000;
/// Far beyond everything.
const FAR: i64 = 1_000;
/// Leads of which each does the same.
const ALIKE_MAX: usize = 12;
/// So many numbers beside one that has no answer are tried instead.
const BESIDE: i64 = 8;

/// Looks for everything that is wrong with a plan. `paid` answers what it pays in a
/// scenario, such as [`super::paid`]; none where it leaves a question without an answer.
///
/// # Errors
/// Where the plan could not be asked.
pub fn lint<E>(
    brief: &Brief,
    mut paid: impl FnMut(&Scenario) -> Result<Option<i64>, E>,
) -> Result<Report, E> {
    let mut search = Search {
        brief,
        probe: Probe::of(&mut paid),
        findings: Vec::new(),
        found: BTreeSet::new(),
    };
    let is_cut = match search.all() {
        Ok(()) => false,
        // Whoever asks has dealt with what has no answer.
        Err(Stop::Enough | Stop::Unanswered) => true,
        Err(Stop::Failed(error)) => return Err(error),
    };
    let asked = search.probe.asked();
    let unanswered = search.probe.unanswered()?;
    let mut findings = search.findings;
    findings.sort_by_key(|finding| (finding.flaw, finding.change.sort()));
    Ok(Report {
        findings,
        asked,
        is_cut,
        unanswered,
    })
}

struct Search<'a, E> {
    brief: &'a Brief,
    probe: Probe<'a, E>,
    findings: Vec<Finding>,
    /// One finding of each sort is enough.
    found: BTreeSet<(Flaw, String)>,
}

impl<E> Search<'_, E> {
    fn all(&mut self) -> Result<(), Stop<E>> {
        self.pay_that_falls()?;
        self.cliffs_of_value()?;
        self.cliffs_of_measures()?;
        self.cliffs_of_counts()?;
        self.malus_booked_through()?;
        self.splitting_and_merging()?;
        self.unbounded()?;
        self.unpaid()
    }

    /// Notes the flaw if the change shows it, in as small an example as is found.
    fn look(&mut self, flaw: Flaw, before: &Scenario, change: &Change) -> Result<(), Stop<E>> {
        let key = (flaw, change.sort());
        if self.found.contains(&key) {
            return Ok(());
        }
        let Some(shown) = shows(&mut self.probe, self.brief, flaw, before, change)? else {
            return Ok(());
        };
        let (before, change, shown) = self.shrunk(flaw, before.clone(), change.clone(), shown)?;
        let declared = declared(&mut self.probe, self.brief, flaw, &before, &change, &shown)?;
        self.found.insert(key);
        self.findings.push(Finding {
            flaw,
            before,
            change,
            after: shown.after,
            paid_before: shown.paid_before,
            paid_after: shown.paid_after,
            cost: shown.cost,
            declared,
        });
        Ok(())
    }

    /// Takes the first smaller example that still shows it, until none does.
    fn shrunk(
        &mut self,
        flaw: Flaw,
        mut before: Scenario,
        mut change: Change,
        mut shown: Shown,
    ) -> Result<(Scenario, Change, Shown), Stop<E>> {
        // Invariant: each round has a smaller step or, with the same step, fewer leads or
        // deeds, or a number nearer to 0.
        'smaller: loop {
            let mut candidates = change.smaller(&before);
            let scenarios = smaller_scenarios(&before);
            candidates.extend(scenarios.into_iter().map(|one| (one, change.clone())));
            for (scenario, smaller) in candidates {
                let again = shows(&mut self.probe, self.brief, flaw, &scenario, &smaller)?;
                if let Some(again) = again {
                    (before, change, shown) = (scenario, smaller, again);
                    continue 'smaller;
                }
            }
            return Ok((before, change, shown));
        }
    }

    fn pay_that_falls(&mut self) -> Result<(), Stop<E>> {
        let mut changes = vec![Change::AnotherLead, Change::InTime];
        changes.extend(CREDITS.map(|code| Change::Reported(Reported(code))));
        changes.extend(self.work().map(|(code, _)| Change::WorkedInstead(code)));
        for before in self.brief.scenarios() {
            for change in &changes {
                if is_better(change, &before.leads[0]) {
                    self.look(Flaw::PayFalls, &before, change)?;
                }
            }
            for better in self.better(&before) {
                self.look(Flaw::PayFalls, &before, &better)?;
            }
        }
        for (from, to) in steps_of_value() {
            for before in self.brief.around(Case::with([Deed::won(from)])) {
                self.look(Flaw::PayFalls, &before, &Change::WorthMore(to - from))?;
            }
        }
        Ok(())
    }

    fn cliffs_of_value(&mut self) -> Result<(), Stop<E>> {
        for line in self.brief.around(Case::with([Deed::won(1)])) {
            let at = |value: i64| {
                let mut scenario = line.clone();
                scenario.leads[0].deeds = vec![Deed::won(value)];
                scenario
            };
            for (from, to) in steps_of_value() {
                if let Some((from, to)) = self.jump(&at, (from, to), 1)? {
                    self.look(Flaw::Cliff, &at(from), &Change::WorthMore(to - from))?;
                }
            }
        }
        Ok(())
    }

    fn cliffs_of_measures(&mut self) -> Result<(), Stop<E>> {
        for range in &self.brief.measures {
            let between = range.best - range.worst;
            let unit = (between / STEPS).abs().max(1);
            let pieces = 4 * (2 * BEYOND + 1);
            let point = |piece: i64| range.worst - BEYOND * between + between / 4 * piece;
            for line in self.brief.around(Case::with([Deed::won(1_000_000)])) {
                let at = |value: i64| {
                    let mut scenario = line.clone();
                    scenario.measures.insert(range.name.clone(), value);
                    scenario
                };
                for piece in 0..pieces {
                    let (one, other) = (point(piece), point(piece + 1));
                    let (low, high) = (one.min(other), one.max(other));
                    if let Some((from, to)) = self.jump(&at, (low, high), unit)? {
                        let name = range.name.clone();
                        let change = Change::Measured { name, to };
                        self.look(Flaw::Cliff, &at(from), &change)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Where between two numbers the pay jumps from one unit to the next: looks into
    /// halves that differ, the one with the larger step first.
    fn jump(
        &mut self,
        at: &dyn Fn(i64) -> Scenario,
        (from, to): (i64, i64),
        unit: i64,
    ) -> Result<Option<(i64, i64)>, Stop<E>> {
        let ends = [from, to].map(|end| answered(self.probe.paid(&at(end))));
        let [low, high] = ends;
        let (Some(low), Some(high)) = (low?, high?) else {
            return Ok(None);
        };
        if to - from <= unit {
            return Ok(is_jump(low, high).then_some((from, to)));
        }
        let Some((middle, between)) = self.about_the_middle(at, (from, to))? else {
            return Ok(None);
        };
        let (first, second) = (between - low, high - between);
        // Halves of a slope rise alike, but for their rounding.
        if (first - second).abs() <= 2.max((high - low).abs() / 50) {
            return Ok(None);
        }
        let mut halves = [(from, middle), (middle, to)];
        if second.abs() > first.abs() {
            halves.reverse();
        }
        for half in halves {
            if let Some(found) = self.jump(at, half, unit)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The number in the middle between two with what it pays, or one beside it where it
    /// has no answer.
    fn about_the_middle(
        &mut self,
        at: &dyn Fn(i64) -> Scenario,
        (from, to): (i64, i64),
    ) -> Result<Option<(i64, i64)>, Stop<E>> {
        let middle = from + (to - from) / 2;
        for number in middle..to.min(middle + BESIDE) {
            if let Some(paid) = answered(self.probe.paid(&at(number)))? {
                return Ok(Some((number, paid)));
            }
        }
        Ok(None)
    }

    fn cliffs_of_counts(&mut self) -> Result<(), Stop<E>> {
        let mut firsts: Vec<Case> = vec![
            Case::with([Deed::of(EventCode::DataComplete)]),
            Case::with([Deed::of(EventCode::CareContact)]),
        ];
        firsts.extend(VALUES.map(|value| Case::with([Deed::won(value)])));
        for first in firsts {
            for alike in 1..=ALIKE_MAX {
                let before = self.brief.scenario(vec![first.clone(); alike]);
                self.look(Flaw::Cliff, &before, &Change::AnotherLead)?;
            }
            for (idle, unworked) in [(3, 0), (3, 1), (6, 1), (12, 0), (12, 1), (12, 2)] {
                let mut leads = vec![first.clone()];
                leads.extend(vec![Case::with([]); idle]);
                leads.extend(vec![left_unworked(); unworked]);
                let before = self.brief.scenario(leads);
                self.look(Flaw::Cliff, &before, &Change::OneMoreUnworked)?;
            }
        }
        Ok(())
    }

    fn malus_booked_through(&mut self) -> Result<(), Stop<E>> {
        let before = self.brief.scenario(vec![left_unworked()]);
        // Only where no work at all is worth it.
        let mut cheapest = None;
        for (code, cost) in self.work().collect::<Vec<_>>() {
            let change = Change::WorkedInstead(code);
            let shown = shows(
                &mut self.probe,
                self.brief,
                Flaw::BookedThrough,
                &before,
                &change,
            )?;
            if shown.is_none() {
                return Ok(());
            }
            if cheapest.as_ref().is_none_or(|(least, _)| cost < *least) {
                cheapest = Some((cost, change));
            }
        }
        match cheapest {
            Some((_, change)) => self.look(Flaw::BookedThrough, &before, &change),
            None => Ok(()),
        }
    }

    fn splitting_and_merging(&mut self) -> Result<(), Stop<E>> {
        for (value, _) in steps_of_value() {
            for before in self.brief.around(Case::with([Deed::won(value)])) {
                for parts in [2, 10] {
                    let split = Change::Split(parts);
                    self.look(Flaw::SplittingPays, &before, &split)?;
                    if let Some(parts) = split.of(&before) {
                        self.look(Flaw::MergingPays, &parts, &Change::Merged)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn unbounded(&mut self) -> Result<(), Stop<E>> {
        for code in CREDITS {
            let before = self.brief.scenario(vec![Case::with([Deed::of(code)])]);
            let change = Change::Repeated(Reported(code), REPEATS);
            self.look(Flaw::Unbounded, &before, &change)?;
        }
        for value in VALUES {
            let before = self.brief.scenario(vec![Case::with([Deed::won(value)])]);
            let change = Change::WorthMore(value.saturating_mul(1_000_000));
            self.look(Flaw::Unbounded, &before, &change)?;
        }
        for range in &self.brief.measures {
            let between = range.best - range.worst;
            let mut before = self
                .brief
                .scenario(vec![Case::with([Deed::won(1_000_000)])]);
            let beyond = range.best + BEYOND * between;
            before.measures.insert(range.name.clone(), beyond);
            let change = Change::Measured {
                name: range.name.clone(),
                to: beyond + FAR * between,
            };
            self.look(Flaw::Unbounded, &before, &change)?;
        }
        Ok(())
    }

    /// What is asked for and nowhere paid, neither by itself nor by a malus that it
    /// spares, nor by a measure that it makes better.
    fn unpaid(&mut self) -> Result<(), Stop<E>> {
        for duty in &self.brief.duties {
            let code = duty.event;
            let deed = match code {
                EventCode::Won => Deed::won(1_000_000),
                code => Deed::of(code),
            };
            let mut changes = Vec::new();
            for before in self.brief.scenarios() {
                let mut after = before.clone();
                after.leads.push(Case::with([deed]));
                let mut without = before.clone();
                without.leads.push(match code.is_work() {
                    true => left_unworked(),
                    false => Case::with([]),
                });
                changes.push((without, after));
            }
            for range in &self.brief.measures {
                if range.follows == Some(code) {
                    let with = |value: i64| {
                        let mut scenario = self
                            .brief
                            .scenario(vec![Case::with([Deed::won(1_000_000)])]);
                        scenario.measures.insert(range.name.clone(), value);
                        scenario
                    };
                    changes.push((with(range.worst), with(range.best)));
                }
            }
            // None where nothing has an answer.
            let mut is_paid = None;
            for (without, with) in &changes {
                let pays = [without, with].map(|one| answered(self.probe.paid(one)));
                let [without, with] = pays;
                if let (Some(without), Some(with)) = (without?, with?) {
                    is_paid = Some(without != with);
                }
                if is_paid == Some(true) {
                    break;
                }
            }
            if is_paid == Some(false) {
                let before = self.brief.scenario(vec![Case::with([])]);
                let mut after = before.clone();
                after.leads[0].deeds.push(deed);
                let pays = [&before, &after].map(|one| answered(self.probe.paid(one)));
                let [paid_before, paid_after] = pays;
                let (Some(paid_before), Some(paid_after)) = (paid_before?, paid_after?) else {
                    continue;
                };
                self.findings.push(Finding {
                    flaw: Flaw::Unpaid,
                    before,
                    change: Change::Reported(Reported(code)),
                    after,
                    paid_before,
                    paid_after,
                    cost: Some(duty.cost),
                    declared: None,
                });
            }
        }
        Ok(())
    }

    /// The duties by which a lead is worked, with what they cost.
    fn work(&self) -> impl Iterator<Item = (Reported, i64)> {
        self.brief
            .duties
            .iter()
            .filter(|duty| duty.event.is_work() && duty.event != EventCode::Won)
            .map(|duty| (Reported(duty.event), duty.cost))
    }

    /// Changes to the better of what has a value.
    fn better(&self, before: &Scenario) -> Vec<Change> {
        let deals = before.leads[0].deeds.iter().filter_map(|deed| deed.value);
        let mut changes: Vec<Change> = deals
            .flat_map(|value| [Change::WorthMore(value), Change::WorthMore(9 * value)])
            .collect();
        for range in &self.brief.measures {
            let now = before.measures.get(&range.name).copied();
            let middle = (range.worst + range.best) / 2;
            for to in [middle, range.best] {
                let is_better =
                    now.is_some_and(|now| (to - now) * (range.best - range.worst).signum() > 0);
                if is_better {
                    let name = range.name.clone();
                    changes.push(Change::Measured { name, to });
                }
            }
        }
        changes
    }
}

/// Whether a change is to the better: a lead more on which nothing was done is not, and
/// of one that was left unworked nothing is reported any more.
fn is_better(change: &Change, first: &Case) -> bool {
    let is_unworked = *first == left_unworked();
    match change {
        Change::AnotherLead => !is_unworked && !first.deeds.is_empty(),
        Change::Reported(_) => !is_unworked,
        _ => true,
    }
}
