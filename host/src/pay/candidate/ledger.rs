//! What is kept of a comparison: sums by partner, and an answer for each question.

use std::collections::BTreeMap;

use super::side::Said;
use crate::domain::book::{self, Entry};
use crate::domain::contract::Binding;
use crate::domain::decision::Decision;
use crate::domain::generation::{
    CandidateAnswer, CandidateLedger, LedgerDifference, LedgerOutcome, Role,
};
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::ledger::HolderKind;
use crate::domain::time::Micros;
use crate::pay::Error;
use crate::pay::lane::Lane;
use crate::pay::subjects::Subjects;
use crate::store::changes::{Changes, Command};

/// Partners whose differences are kept.
const PARTNERS_MAX: usize = 1_000;
/// Answers in one commit.
const ANSWERS_AT_ONCE: usize = 100;
/// Characters of a text about differences.
const TEXT_MAX: usize = 300;

/// What a question was about.
pub(super) struct About<'a> {
    /// Under which its answer is kept.
    pub id: &'a str,
    /// None: the end of the period.
    pub event: Option<&'a Event>,
    pub function: &'static str,
    pub at: Micros,
    /// What was decided about it, where it is recorded.
    pub decided: Option<Decision>,
}

/// The comparison of a period.
pub(super) struct Ledger<'a> {
    candidate: &'a Binding,
    incumbent: Option<i64>,
    period: &'a str,
    /// That one of both was asked about.
    pub events: usize,
    wake_ups: usize,
    pub is_cut: bool,
    pub is_settled: bool,
    /// By partner and unit: what comes of what is in force, and of the candidate.
    sums: BTreeMap<(PartnerId, String), (i64, i64)>,
    answers: Vec<CandidateAnswer>,
}

impl<'a> Ledger<'a> {
    pub fn new(candidate: &'a Binding, incumbent: Option<i64>, period: &'a str) -> Self {
        Self {
            candidate,
            incumbent,
            period,
            events: 0,
            wake_ups: 0,
            is_cut: false,
            is_settled: false,
            sums: BTreeMap::new(),
            answers: Vec::new(),
        }
    }

    pub fn incumbent(&self) -> Option<i64> {
        self.incumbent
    }

    pub fn slot(&self) -> &'a str {
        &self.candidate.slot
    }

    /// Adds what both have said. Where the candidate was not asked it pays nothing; where
    /// it fails, or what is in force cannot settle, it is not known what would be paid,
    /// and nothing is compared.
    pub fn note(
        &mut self,
        lane: &Lane<'_>,
        subjects: &Subjects,
        about: About<'_>,
        in_force: Option<Said>,
        candidate: Option<Said>,
    ) -> Result<(), Error> {
        if in_force.is_none() && candidate.is_none() {
            return Ok(());
        }
        let event = about.event;
        self.events += usize::from(event.is_some());
        let is_woken = event.is_some_and(|event| crate::pay::wake::component(event).is_some());
        self.wake_ups += usize::from(is_woken && candidate.is_some());
        let (before, is_known) = match &in_force {
            Some(said) => (
                said.entries.as_deref().unwrap_or_default(),
                said.entries.is_some() || event.is_some(),
            ),
            None => (Default::default(), true),
        };
        let after = match &candidate {
            Some(said) => said.entries.as_deref(),
            None => Some(Default::default()),
        };
        let after = after.filter(|_| is_known);
        let differences = match after {
            Some(after) => book::differences(before, after)?,
            None => Vec::new(),
        };
        if let Some(after) = after {
            before
                .iter()
                .for_each(|entry| self.add(entry, |sums| &mut sums.0));
            after
                .iter()
                .for_each(|entry| self.add(entry, |sums| &mut sums.1));
        }
        let paid = differences.iter().map(|difference| &difference.entry);
        let money = paid
            .clone()
            .filter(|entry| entry.line.holder.kind == HolderKind::Partner && entry.unit == "money")
            .fold(0_i64, |sum, entry| sum.saturating_add(entry.amount));
        let lead = subjects.lead(event.and_then(|event| event.lead.as_ref()));
        let teaser = lead.map(|lead| &lead.teaser);
        let sold = event.and_then(|event| event.lines.first());
        let region = |postcode: &String| postcode.chars().take(2).collect();
        let code = candidate
            .as_ref()
            .map_or("not-applicable", |said| said.code);
        let asked = candidate.as_ref().and_then(|said| said.decision.as_ref());
        let other = in_force.as_ref().and_then(|said| said.decision.as_ref());
        let recorded = about.decided.as_ref().map(|decided| &decided.input);
        self.answers.push(CandidateAnswer {
            manufacturer: self.candidate.manufacturer.clone(),
            contract: self.candidate.contract.clone(),
            slot: self.candidate.slot.clone(),
            generation: self.candidate.generation,
            id: about.id.to_owned(),
            role: Role::Shadow,
            incumbent: self.incumbent,
            decision: about.decided.as_ref().map(|decided| decided.id.clone()),
            lead: event.and_then(|event| event.lead.clone()),
            partner: event
                .and_then(|event| event.partner.clone())
                .or(lead.and_then(|lead| lead.holder.clone())),
            function: about.function.to_owned(),
            outcome: asked
                .map_or(code, |asked| asked.outcome.as_str())
                .to_owned(),
            agrees: after.map(|_| differences.is_empty()),
            difference: told(lane, paid),
            fuel: asked.map_or(0, |asked| asked.fuel),
            micros: asked.map_or(0, |asked| asked.micros),
            other_fuel: other.map(|other| other.fuel),
            other_micros: other.map(|other| other.micros),
            product: sold
                .map(|line| line.product.clone())
                .or(teaser.and_then(|teaser| teaser.product.clone())),
            country: teaser.and_then(|teaser| teaser.country.clone()),
            region: teaser.and_then(|teaser| teaser.postcode.as_ref().map(region)),
            value_difference: after.map(|_| money),
            input: asked
                .filter(|asked| Some(&asked.input) != recorded)
                .map(|asked| asked.input.clone())
                .unwrap_or_default(),
            output: asked.map(|asked| asked.output.clone()).unwrap_or_default(),
            asked_at: about.at,
        });
        Ok(())
    }

    fn add(&mut self, entry: &Entry, of: impl FnOnce(&mut (i64, i64)) -> &mut i64) {
        let holder = &entry.line.holder;
        if holder.kind != HolderKind::Partner {
            return;
        }
        let partner = PartnerId::from(holder.id.as_str());
        let sum = of(self.sums.entry((partner, entry.unit.clone())).or_default());
        *sum = sum.saturating_add(entry.amount);
    }

    /// Keeps what came of it. Of two hosts that compute the same the last one's stays.
    pub async fn keep(self, lane: &Lane<'_>, position: i64) -> Result<(), Error> {
        let candidate = self.candidate;
        let is_cut = self.is_cut || self.sums.len() > PARTNERS_MAX;
        let differences = self.sums.into_iter().take(PARTNERS_MAX);
        let ledger = CandidateLedger {
            manufacturer: candidate.manufacturer.clone(),
            contract: candidate.contract.clone(),
            slot: candidate.slot.clone(),
            generation: candidate.generation,
            period: self.period.to_owned(),
            position,
            outcome: LedgerOutcome {
                events: self.events as i64,
                wake_ups: self.wake_ups as i64,
                is_settled: self.is_settled,
                differences: differences
                    .map(
                        |((partner, unit), (in_force, candidate))| LedgerDifference {
                            partner,
                            unit,
                            in_force,
                            candidate,
                        },
                    )
                    .collect(),
                is_cut,
            },
            computed_at: lane.host.clock.now(),
        };
        let mut commits: Vec<Changes> = self
            .answers
            .chunks(ANSWERS_AT_ONCE)
            .map(|answers| Changes {
                candidate_answers: answers.to_vec(),
                ..Changes::default()
            })
            .collect();
        commits.push(Changes {
            candidate_ledgers: vec![ledger],
            ..Changes::default()
        });
        for changes in commits {
            let manufacturer = candidate.manufacturer.clone();
            let command = Command {
                manufacturer,
                changes,
            };
            lane.host.store.commit(command).await?;
        }
        Ok(())
    }
}

/// Who would get how much more or less, by account and reason.
fn told<'e>(lane: &Lane<'_>, differences: impl Iterator<Item = &'e Entry>) -> String {
    let all: Vec<String> = differences
        .map(|entry| {
            let holder = &entry.line.holder;
            let partner = PartnerId::from(holder.id.as_str());
            let code = match (holder.kind, lane.parties.row_of(&partner)) {
                (HolderKind::Partner, Some((_, partner))) => partner.code.as_str(),
                _ => holder.id.as_str(),
            };
            format!(
                "{} {} of {code}: {:+} {}",
                entry.line.account, entry.line.reason, entry.amount, entry.unit
            )
        })
        .collect();
    let text = all.join("; ");
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
