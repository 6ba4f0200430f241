//! Which partners may take the lead, in which order and groups, and why?

use crate::{
    Assessed, Attributes, Context, Lead, OpenCase, Policy, PolicyError, Reason, Table, Word,
};

/// A matching policy.
pub trait Matching: Policy {
    /// Asked when a lead is qualified, a wave lapses, somebody declines, or a
    /// claim is recalled.
    fn rank(&self, context: &Context, input: &RankInput) -> Result<Ranking, PolicyError>;
}

/// What `rank` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct RankInput {
    pub lead: Lead,
    pub assessed: Assessed,
    /// The wave to be made; the first is 1.
    pub wave: u32,
    /// All partners of the contract that could be asked.
    pub candidates: Table,
}

/// What `rank` answers: nobody, until a group is offered the lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    pub(crate) outcome: OpenCase,
    pub(crate) groups: Vec<Vec<u32>>,
    pub(crate) excluded: Vec<Word>,
    pub(crate) scores: Vec<i64>,
    pub(crate) terms: Vec<(Word, Vec<i64>)>,
    pub(crate) counters: Vec<i64>,
    /// Why the whole is as it is.
    pub reasons: Vec<Reason>,
}

impl Ranking {
    /// Of these candidates: all eligible, none offered the lead yet.
    pub fn of(candidates: &Table) -> Self {
        let rows = candidates.len();
        Self {
            outcome: OpenCase::of("nobody"),
            groups: Vec::new(),
            excluded: vec![Word::NONE; rows],
            scores: vec![0; rows],
            terms: Vec::new(),
            counters: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// Excludes a candidate for a reason; the first one stays.
    pub fn exclude(&mut self, row: usize, reason: impl Into<Word>) {
        if self.excluded[row].is_none() {
            self.excluded[row] = reason.into();
            self.scores[row] = 0;
        }
    }

    /// Whether nothing excludes the candidate.
    pub fn is_eligible(&self, row: usize) -> bool {
        self.excluded[row].is_none()
    }

    /// The rows of all that nothing excludes.
    pub fn eligible(&self) -> Vec<usize> {
        (0..self.excluded.len())
            .filter(|row| self.is_eligible(*row))
            .collect()
    }

    /// Gives a candidate its score, in thousandths.
    pub fn score(&mut self, row: usize, score: i64) {
        self.scores[row] = score;
    }

    /// What a reason code contributes to each candidate's score, in thousandths.
    pub fn term(&mut self, name: impl Into<Word>, contributions: Vec<i64>) {
        self.terms.push((name.into(), contributions));
    }

    /// Adds a group: the first binds, later ones are a preview.
    pub fn offer(&mut self, rows: impl IntoIterator<Item = usize>) {
        let group: Vec<u32> = rows.into_iter().map(|row| row as u32).collect();
        if group.is_empty() {
            return;
        }
        self.groups.push(group);
        if self.outcome.code == Word::of("nobody") {
            self.outcome = OpenCase::of("offer");
        }
    }

    /// Offers to one alone, who claims automatically.
    pub fn assign(&mut self, row: usize) {
        self.groups = vec![vec![row as u32]];
        self.outcome = OpenCase::of("assign");
    }

    /// Attributes of the offer, for the escalation policy.
    pub fn tell(&mut self, attributes: Attributes) {
        self.outcome.attributes = attributes;
    }

    /// New values of the column `counter`, one per row.
    pub fn count(&mut self, counters: Vec<i64>) {
        self.counters = counters;
    }

    /// The groups, by rows.
    pub fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    /// What the scores are made of, by reason code, per row.
    pub fn terms(&self) -> &[(Word, Vec<i64>)] {
        &self.terms
    }

    /// Why the candidate is excluded.
    pub fn excluded_by(&self, row: usize) -> Option<Word> {
        Some(self.excluded[row]).filter(|reason| !reason.is_none())
    }

    /// The candidate's score, in thousandths.
    pub fn score_of(&self, row: usize) -> i64 {
        self.scores[row]
    }

    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    pub(crate) const WORDS: &[&str] = &["offer", "assign", "nobody"];
}
