//! Who may take the lead.

use crate::open_case::OpenCase;
use crate::{Attributes, Reason, Table, Word};

/// What `rank` answers: nobody, until a group is offered the lead. Rows are those of
/// the candidates; another one is a mistake that panics.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let candidates = Table::of([7, 9, 12]);
/// let scores = [640, 900, 0];
/// let mut ranking = Ranking::of(&candidates);
/// ranking.exclude(2, "too-far");
/// let mut order = ranking.eligible();
/// order.sort_by_key(|row| -scores[*row]);
/// for row in &order {
///     ranking.score(*row, scores[*row]);
/// }
/// // What the scores are made of is told of those that are left out, too.
/// ranking.term("nearness", scores.to_vec());
/// // Each wave asks one.
/// for row in order {
///     ranking.offer([row]);
/// }
/// assert_eq!(ranking.groups(), [[1], [0]]);
/// assert_eq!(ranking.score_of(1), 900);
/// assert!(!ranking.is_eligible(2));
/// assert_eq!(ranking.excluded_by(2), Some(Word::of("too-far")));
/// assert_eq!(ranking.terms().len(), 1);
/// ```
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

    /// Excludes a candidate for a reason of the manifest; the first one stays.
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

    /// What a reason code contributes to each candidate's score, row by row, in
    /// thousandths.
    pub fn term(&mut self, name: impl Into<Word>, contributions: Vec<i64>) {
        self.terms.push((name.into(), contributions));
    }

    /// Adds a group, in the order in which it is asked: the first binds, later ones
    /// are a preview. A group of nobody is none.
    pub fn offer(&mut self, rows: impl IntoIterator<Item = usize>) {
        let group: Vec<u32> = rows.into_iter().map(|row| row as u32).collect();
        if group.is_empty() {
            return;
        }
        self.groups.push(group);
        if self.outcome.code == Word::of("nobody") {
            self.outcome.code = Word::of("offer");
        }
    }

    /// Offers to one alone, who claims automatically if `admit` agrees.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// // The partner of the customer's last project has it at once.
    /// let input: RankInput = testing::input(
    ///     r#"{ "candidates": { "keys": [7, 9], "columns": {
    ///         "figure/won-last-for-customer-days": { "integers": [null, 410] } } } }"#,
    /// );
    /// let last_won = input.candidates.integers(Word::of("figure/won-last-for-customer-days"));
    /// let mut ranking = Ranking::of(&input.candidates);
    /// if let Some(row) = (0..2).find(|row| last_won.get(*row).is_some_and(|days| days < 730)) {
    ///     ranking.assign(row);
    /// }
    /// assert_eq!(ranking.outcome(), Word::of("assign"));
    /// assert_eq!(ranking.groups(), [[1]]);
    /// ```
    pub fn assign(&mut self, row: usize) {
        self.groups = vec![vec![row as u32]];
        self.outcome.code = Word::of("assign");
    }

    /// Attributes of the offer, for the escalation policy.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // The customer's own partner has the lead for itself that long.
    /// let mut ranking = Ranking::of(&Table::of([7]));
    /// let span: Span = "4 working hours".parse().unwrap();
    /// ranking.tell(Attributes::new().with("reserved-for", span.clone()));
    /// ranking.offer([0]);
    /// assert_eq!(ranking.told().span(Word::of("reserved-for")), Some(&span));
    /// ```
    pub fn tell(&mut self, attributes: Attributes) {
        self.outcome.attributes = attributes;
    }

    /// New values of the column `counter`, one per row.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// // Who had the fewest turns is asked, and has had one more.
    /// let input: RankInput = testing::input(
    ///     r#"{ "candidates": { "keys": [7, 9], "columns": {
    ///         "counter": { "integers": [4, 3] } } } }"#,
    /// );
    /// let counter = input.candidates.integers(Word::of("counter"));
    /// let mut turns: Vec<i64> = (0..2).map(|row| counter.get(row).unwrap_or(0)).collect();
    /// let next = (0..2).min_by_key(|row| turns[*row]).unwrap();
    /// turns[next] += 1;
    /// let mut ranking = Ranking::of(&input.candidates);
    /// ranking.offer([next]);
    /// ranking.count(turns);
    /// assert_eq!(ranking.counters(), [4, 4]);
    /// ```
    pub fn count(&mut self, counters: Vec<i64>) {
        self.counters = counters;
    }

    /// What is answered: offer, assign or nobody.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let mut ranking = Ranking::of(&Table::of([7]));
    /// ranking.exclude(0, "too-far");
    /// ranking.offer(ranking.eligible());
    /// assert_eq!(ranking.outcome(), Word::of("nobody"));
    /// ```
    pub fn outcome(&self) -> Word {
        self.outcome.code
    }

    /// What [`Self::tell`] has told.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let ranking = Ranking::of(&Table::of([7]));
    /// assert!(ranking.told().is_empty());
    /// ```
    pub fn told(&self) -> &Attributes {
        &self.outcome.attributes
    }

    /// What [`Self::count`] has counted; nothing where the counters stay.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // Nobody is asked, so nobody has had a turn.
    /// let ranking = Ranking::of(&Table::of([7]));
    /// assert!(ranking.counters().is_empty());
    /// ```
    pub fn counters(&self) -> &[i64] {
        &self.counters
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
